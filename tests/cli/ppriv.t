# ppriv - privileges listed, calls explained, and usage.

$ ppriv -l linux_bpf sys_time
linux_bpf            prohibited  load BPF programs into the kernel
sys_time             prohibited  set the clock of the machine

$ ppriv -l basic | wc -l
9

$ ppriv -lv linux_keyring
linux_keyring
	use the kernel's key rings.
	Status: optional
	Reason: keys were made for one system, not for many in one kernel.
	System calls: add_key keyctl request_key

$ ppriv -l fly
ppriv: 'fly' is no privilege and no set; 'ppriv -l' lists them
[1]

$ ppriv --syscall getpid
getpid: allowed

$ ppriv --syscall mount -s 'default,!sys_mount'
mount: refused with EPERM: needs sys_mount

$ ppriv --syscall kcmp
kcmp: refused with ENOSYS: needs one of dtrace_proc,dtrace_user (whoever holds it reads the memory of stronger processes)

$ ppriv --syscall bpf
bpf: refused with ENOSYS: no zone may: linux_bpf is prohibited (its programs run in the one kernel, for everybody)

$ ppriv --syscall socket
socket: depends on its arguments, which are not known: 'ppriv --syscall socket ARGUMENT...'

$ ppriv --syscall socket 2 1
socket: allowed: with these arguments

$ ppriv --syscall socket 2 3 -s default,net_rawaccess
socket: allowed: with these arguments

$ ppriv --syscall 39
getpid: allowed
$ ppriv --syscall 4000 2>&1
ppriv: '4000' is no system call; 'man 2 syscalls' lists them
[1]
$ ppriv --syscall fly
ppriv: 'fly' is no system call; 'man 2 syscalls' lists them
[1]

$ ppriv --syscall mount x
ppriv: 'x' is no argument: up to six numbers
[2]

$ ppriv --syscall mount -s fly
ppriv: unknown privilege "fly" specified in the zone's privilege set (unknown: 'ppriv -l' lists them)
[1]

$ ppriv --syscall keyctl --json
{
  "call": "keyctl",
  "allowed": false,
  "error": "ENOSYS",
  "needs": [
    "linux_keyring"
  ],
  "why": "needs linux_keyring (keys were made for one system, not for many in one kernel)"
}

$ printf '%s\n' 'keyctl(0, 1) = -1 ENOSYS (x)' 'open("x") = 3' '[pid 7] ioctl(3, TIOCSTI, 1) = -1 EPERM (x)' '7 12:30:01.5 dup3(1, 1, 0) = -1 EINVAL (x)' 'a syscall=9999' 'x arch=40000003 syscall=5' 'x arch=c000003e syscall=1073741863' 'x arch=c000003e syscall=250' | ppriv --log
keyctl: refused with ENOSYS: needs linux_keyring (keys were made for one system, not for many in one kernel)
ioctl: depends on its arguments, which are not known: 'ppriv --syscall ioctl ARGUMENT...'
dup3: allowed
system call 9999: refused with ENOSYS: no such call is known; new ones are closed until they are reviewed
system call 5 of another interface: refused with ENOSYS: no zone may: linux_ia32 is prohibited (a second interface, where socketcall and ipc hide arguments)
system call 1073741863 of another interface: refused with ENOSYS: no zone may: linux_ia32 is prohibited (a second interface, where socketcall and ipc hide arguments)
keyctl: refused with ENOSYS: needs linux_keyring (keys were made for one system, not for many in one kernel)

$ ppriv $$ | tail -n 1
	L: all

$ ppriv 4194303
ppriv: 4194303: no such process
[1]

$ ppriv x
ppriv: 'x' is no process id
[2]

$ ppriv 2>&1 | head -n 1
usage: ppriv [-S | -v] [--json] PID...
