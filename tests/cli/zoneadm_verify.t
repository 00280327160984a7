# zoneadm verify - what a configuration wants of this host, check by check.

$ mkdir -m 700 z

$ zonecfg -z web "create -b; set zonepath=$PWD/z/web"

$ zoneadm -z web verify
WARNING: …/z/web does not exist, so it could not be verified.
'zoneadm install' will create it, and verify the zone again.

$ mkdir -m 700 z/web

$ zoneadm -z web verify

$ zoneadm -z web verify -x
zoneadm: verify: no option -x
usage: zoneadm -z zone verify
[2]

$ zoneadm -z web verify x
zoneadm: verify: 'x' is too much
usage: zoneadm -z zone verify
[2]

# The directory and its parents.

$ chmod 4771 z/web; zoneadm -z web verify
…/z/web must not be group readable.
…/z/web must not be group writable.
…/z/web must not be group executable.
…/z/web must not be world executable.
…/z/web must not be set-uid.
could not verify zonepath …/z/web because of the above errors.
zoneadm: zone web failed to verify
[1]

$ chmod u-s,a-rwx z/web; zoneadm -z web verify
…/z/web must be owner readable.
…/z/web must be owner writable.
…/z/web must be owner executable.
could not verify zonepath …/z/web because of the above errors.
zoneadm: zone web failed to verify
[1]

$ chmod 700 z/web; chown 1 z/web; zoneadm -z web verify
…/z/web is not owned by root.
could not verify zonepath …/z/web because of the above errors.
zoneadm: zone web failed to verify
[1]

$ chown 0 z/web; chmod 770 z; zoneadm -z web verify
…/z must not be group writable.
could not verify zonepath …/z/web because of the above errors.
zoneadm: zone web failed to verify
[1]

$ chmod 700 z; rmdir z/web; ln -s . z/web; zoneadm -z web verify
zoneadm: …/z/web: Resolved path mismatch
could not verify zonepath …/z/web because of the above errors.
zoneadm: zone web failed to verify
[1]

$ rm z/web; touch z/web; zoneadm -z web verify
…/z/web is not a directory.
could not verify zonepath …/z/web because of the above errors.
zoneadm: zone web failed to verify
[1]

$ rm z/web; mkdir -m 700 z/web; mkdir -p z/web/root/etc; zoneadm -z web verify
…/z/web/root exists and is not empty; move it away first.
could not verify zonepath …/z/web because of the above errors.
zoneadm: zone web failed to verify
[1]

$ rm -r z/web/root

# Another zone's path, in either direction, and what is wrong besides.

$ zonecfg -z in "create -b; set zonepath=$PWD/z/web/in"

$ chmod 770 z; zoneadm -z in verify
in zonepath (…/z/web/in) and web zonepath (…/z/web) overlap.
…/z must not be group writable.
could not verify zonepath …/z/web/in because of the above errors.
zoneadm: zone in failed to verify
[1]

$ chmod 700 z; zoneadm -z web install -d /nosuch
web zonepath (…/z/web) and in zonepath (…/z/web/in) overlap.
could not verify zonepath …/z/web because of the above errors.
zoneadm: zone web failed to verify
[1]

$ zonecfg -z in delete -F; zoneadm -z web list -p
-:web:configured:…/z/web::native:shared

# A zone that was detached there is not installed over.

$ touch z/web/SUNWdetached.cfg; zoneadm -z web verify

$ zoneadm -z web install -d /nosuch
Cannot install detached zone.
Use attach or remove …/z/web/SUNWdetached.cfg file.
zoneadm: zone web failed to verify
[1]

$ rm z/web/SUNWdetached.cfg

# Resources.

$ zonecfg -z web 'set ip-type=exclusive; add net; set physical=lo; end; add net; set physical=nolink0; end; set pool=fast; add capped-cpu; set ncpus=9999; end'

$ zoneadm -z web verify
WARNING: network interface 'lo' is used in the global zone.
WARNING: skipping network interface 'nolink0' which may not be present/plumbed in the global zone.
WARNING: capped-cpu: ncpus=9999.00 is more than the … that this host has.
WARNING: pool 'fast' does not exist on this host; the zone will boot in the default pool.

# What a link is made over is looked at, not the link; a switch is made.

$ zonecfg -z over "create -b; set zonepath=$PWD/z/over; set ip-type=exclusive; add net; set physical=v0; set global-nic=lo; end; add net; set physical=v1; set global-nic=nolink1; end; add anet; set lower-link=nolink2; end; add anet; set lower-link=switch:s; end; add anet; end"
$ zoneadm -z over verify 2>&1 | grep link
WARNING: anet 'net0': lower-link 'nolink2' is not present in the global zone; 'ip link' shows those it has.
WARNING: skipping network interface 'nolink1' which may not be present/plumbed in the global zone.
$ zonecfg -z over 'remove -F net; remove -F anet; add anet; set linkname=a-name-of-16-abc; end; add anet; set linkname=a-name-of-15-ab; end'; zoneadm -z over verify 2>&1 | grep anet; zonecfg -z over delete -F
could not verify anet a-name-of-16-abc: the name of a link has at most 15 letters here; 'set linkname=' a shorter one.

$ zonecfg -z web 'add fs; set dir=/a; set special=/nosuch; set type=lofs; end; add fs; set dir=/b; set special=sys; set type=sysfs; end; add fs; set dir=/c; set special=/dev/null; set raw=/nosuch/raw; set type=nofs; end'

$ zoneadm -z web verify 2>&1 | grep -v WARNING
could not verify fs /a: could not access /nosuch: No such file or directory; make it, or 'remove fs dir=/a' in zonecfg
cannot verify fs /b: type sysfs is not allowed.
cannot verify fs /c: type nofs is not allowed: this kernel has no such file system; /proc/filesystems lists those it has
could not verify fs /c: could not access /nosuch/raw: No such file or directory
could not verify fs /c: 'raw' is set, but this host has no fsck.nofs; clear raw, or install it.
zoneadm: zone web failed to verify

$ zonecfg -z web 'remove -F fs; set max-lwps=4000000000; clear pool; remove capped-cpu; remove net physical=lo; remove net physical=nolink0'

$ zoneadm -z web verify
invalid rctl value: zone.max-lwps=4000000000 exceeds what this kernel allows: kernel.threads-max is ….
zoneadm: zone web failed to verify
[1]

# The same is refused by install, and nothing was begun.

$ zoneadm -z web install -d /nosuch
invalid rctl value: zone.max-lwps=4000000000 exceeds what this kernel allows: kernel.threads-max is ….
zoneadm: zone web failed to verify
[1]

$ zonecfg -z web 'clear max-lwps'; zoneadm -z web verify; zoneadm -z web list -p
-:web:configured:…/z/web::native:excl

# There is one brand.

$ zonecfg -z odd "create -b; set zonepath=$PWD/z/odd; set brand=lx"; zoneadm -z odd verify 2>&1 | grep brand; zoneadm -z odd install -d /nosuch 2>&1 | grep brand; zoneadm -z odd list -p | cut -d: -f3,6
unknown brand 'lx': this host has 'native'; 'zonecfg -z odd set brand=native'
unknown brand 'lx': this host has 'native'; 'zonecfg -z odd set brand=native'
configured:lx

# Types that a zone mounts: those that it cannot, and what the property cannot do.

$ zonecfg -z fa "create -b; set zonepath=$PWD/z/fa; set fs-allowed=tmpfs,-,ext4,-nfs"; zoneadm -z fa verify
WARNING: …/z/fa does not exist, so it could not be verified.
'zoneadm install' will create it, and verify the zone again.
could not verify fs-allowed: ext4: the kernel lets no zone mount it; leave it out, mount it in the global zone, and 'add fs' with type=lofs.
could not verify fs-allowed: nfs: the kernel lets no zone mount it; leave it out, mount it in the global zone, and 'add fs' with type=lofs.
WARNING: fs-allowed: with the privilege sys_mount the zone may mount tmpfs, ramfs, overlay, devpts, mqueue, cgroup, cgroup2 and binfmt_misc whether they are named or not.
zoneadm: zone fa failed to verify
[1]
