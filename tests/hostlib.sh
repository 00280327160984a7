# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# hostlib - two hosts, "here" and "there": each a network, a view of the file
# systems, and a ZONES_ROOT of its own; there sshd runs, on keys made for it.
#
#	. "$SRC/tests/hostlib.sh"	after lib.sh
#	hosts [tmpfs]
#	at there zoneadm list -cv
#
# $ZONES is another directory on each, outside $WORK/hosts/disk-here and -there;
# so zones can have the same zonepath. $URI is how one reaches the other. What
# stands in $WORK/bin-there is run by ssh in front of our programs.
. "$SRC/tests/netlib.sh"
URI=ssh://root@10.77.0.2:2222
SSHD=/usr/sbin/sshd
declare -A holder

# at HOST COMMAND...: run there, as its administrator.
at() {
	local host=$1

	shift
	ZONES_ROOT=$WORK/hosts/root-$host nsenter --target "${holder[$host]}" --mount --net -- "$@"
}

# A process that keeps the namespaces of a host.
hold() {
	local host=$1

	mkdir -p "$WORK/hosts/disk-$host" "$WORK/hosts/root-$host"
	chmod 700 "$WORK/hosts/disk-$host"
	on "$host" unshare --mount --propagation private bash -c '
		mount --bind "$1" "$2" || exit 1
		# Where sshd wants a directory, whatever its configuration says:
		# one of our own, as another test may run another sshd.
		mount -t tmpfs -o mode=755 none /run && mkdir /run/sshd || exit 1
		[ "$3" != here ] || mount --bind "$4/ssh/config" /etc/ssh/ssh_config || exit 1
		# What an administrator has there is not for the test to wait for.
		[ ! -e /root/.bashrc ] || mount --bind /dev/null /root/.bashrc || exit 1
		echo $$ >"$4/holder-$3.new" && mv "$4/holder-$3.new" "$4/holder-$3"
		exec sleep infinity' bash "$WORK/hosts/disk-$host" "$ZONES" "$host" "$WORK" &
	within 10 test -e "$WORK/holder-$host" || { fail "host $host"; exit 1; }
	holder[$host]=$(cat "$WORK/holder-$host")
}

make_keys() {
	mkdir -m 700 "$WORK/ssh" "$WORK/bin-there"
	ssh-keygen -q -t ed25519 -N '' -f "$WORK/ssh/host"
	ssh-keygen -q -t ed25519 -N '' -f "$WORK/ssh/id"
	echo "[10.77.0.2]:2222 $(cut -d' ' -f1,2 "$WORK/ssh/host.pub")" >"$WORK/ssh/known"
	cat >"$WORK/ssh/config" <<-END
		IdentityFile $WORK/ssh/id
		IdentitiesOnly yes
		UserKnownHostsFile $WORK/ssh/known
		StrictHostKeyChecking yes
		BatchMode yes
		ConnectTimeout 10
	END
	cat >"$WORK/ssh/sshd" <<-END
		ListenAddress 10.77.0.2:2222
		HostKey $WORK/ssh/host
		PidFile none
		AuthorizedKeysFile $WORK/ssh/id.pub
		StrictModes no
		UsePAM no
		PermitRootLogin prohibit-password
		SetEnv PATH=$WORK/bin-there:$PATH ZONES_ROOT=$WORK/hosts/root-there
	END
}

run_sshd() {
	at there bash -c 'echo $$ >"$2"; exec "$0" -D -e -f "$1"' "$SSHD" "$WORK/ssh/sshd" \
		"$WORK/sshd" 2>"$WORK/sshd.log" </dev/null &
	within 10 at here ssh -p 2222 root@10.77.0.2 true ||
		{ fail "sshd answers" "$(cat "$WORK/sshd.log")"; exit 1; }
}

hosts() {
	mkdir "$WORK/hosts"
	[ -z "${1-}" ] || mount -t "$1" -o mode=755 none "$WORK/hosts" || exit 1
	lan here 10.77.0.1/24 there 10.77.0.2/24
	make_keys
	hold here
	hold there
	run_sshd
}

no_hosts() {
	local host zone

	for host in "${!holder[@]}"; do
		for zone in $(at "$host" zoneadm list -cp | cut -d: -f2); do
			[ "$zone" != global ] || continue
			at "$host" zoneadm -z "$zone" halt
			at "$host" zoneadm -z "$zone" migrate --abandon -F
			at "$host" zoneadm -z "$zone" uninstall -F
			at "$host" zonecfg -z "$zone" delete -F
		done
	done
	kill "$(cat "$WORK/sshd")" "${holder[@]}"
	wait
	umount "$WORK/hosts"
	net_finish
} >/dev/null 2>&1
# shellcheck disable=SC2034 # lib.sh calls it
undo=no_hosts
