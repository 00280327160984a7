#!/bin/bash
# SPDX-License-Identifier: ISC
#
# zfs-suite - the backend zfs passes what the others pass. For 'tests/vm -z':
# hardly a machine for tests has the module.
# vm: -z
# time: 3000
. "$(dirname "$0")/../lib.sh"
wants fs:zfs cmd:zfs cmd:zpool
needs root root:busybox fs:overlay
disk tank zfs 768
pool=zt$$.tank
T=$ZONES/tank
datasets() { zfs list -H -o name -t all -r "$pool" | sed "s/^$pool\/*//" | grep .; }

for test in backend clone snapshot; do
	suite_of $test
	suite zfs "$T"
	is "$test: no dataset is left" "$(datasets)" ""
done
suite_of backend
suite copy "$T" -x backend=copy
suite layers "$T" -x nodataset
