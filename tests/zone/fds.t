# SPDX-License-Identifier: ISC
#
# fds - the caller's descriptors never enter a zone, whatever they are; streams
# are passed on byte for byte.
# time: 300
. "$(dirname "$0")/../lib.sh"
needs root:busybox cmd:python3
zone web busybox
ok "boot" zoneadm -z web boot

cat >"$WORK/kinds.py" <<'END'
# Start zlogin with a directory, a file, a socket and a device as each of its
# first three descriptors (and with descriptors left open), and see that what
# the command has are pipes of its own.
import os, socket, subprocess, sys

work = sys.argv[1]
open(work + "/file", "w").write("text\n")


def kinds():
    yield "directory", os.open(work, os.O_RDONLY | os.O_DIRECTORY)
    yield "file", os.open(work + "/file", os.O_RDWR | os.O_APPEND)
    pair = socket.socketpair()
    yield "socket", pair[0].detach()
    pair[1].close()
    yield "device", os.open("/dev/zero", os.O_RDWR)
    yield "root", os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    yield "path", os.open("/etc/hostname", os.O_PATH)


bad = 0
for place in range(3):
    for name, fd in kinds():
        stdio = [subprocess.DEVNULL, subprocess.PIPE, subprocess.PIPE]
        stdio[place] = fd
        os.set_inheritable(fd, True)
        # ls in the zone writes to a file there: stdout may be the one tried.
        script = ("ls -l /proc/$$/fd >/tmp/seen 2>/dev/null; "
                  "echo 1; echo 2 >&2; exit 17")
        p = subprocess.Popen(["zlogin", "web", script], stdin=stdio[0],
                             stdout=stdio[1], stderr=stdio[2],
                             close_fds=False)
        p.communicate()
        seen = subprocess.run(["zlogin", "web", "cat /tmp/seen"],
                              stdout=subprocess.PIPE).stdout.decode()
        links = [l.split(" -> ")[1] for l in seen.splitlines() if "->" in l]
        # The last two are the shell's own, for the line that it runs.
        good = p.returncode == 17 and len(links) >= 3 and \
            all(l.startswith("pipe:[") or l in ("/tmp/seen", "/dev/null")
                for l in links)
        if not good:
            bad += 1
            print(f"{name} as {place}: status {p.returncode}, {seen}")
        os.close(fd)
sys.exit(bad != 0)
END
ok "directory, file, socket, device, path as each of 0, 1 and 2" \
	python3 "$WORK/kinds.py" "$WORK"
is "nothing is left of the caller's files" \
	"$(zlogin web 'grep -rl host /proc/[0-9]*/fdinfo 2>/dev/null | wc -l')" 0
is "a directory as stdin is an end" "$(zlogin web 'cat; echo end' <"$WORK")" end
is "closed stdin is an end" "$(zlogin web 'cat; echo end' <&-)" end
fails 17 "closed stdout" sh -c 'zlogin web "echo x; exit 17" >&-'
is "closed stderr keeps stdout" "$(zlogin web 'echo x; echo y >&2' 2>&-)" x
fails 0 "all three closed" sh -c 'zlogin web true <&- >&- 2>&-'
is "-n reads nothing" "$(echo text | zlogin -n web 'cat; echo end')" end
is "and leaves stdin to the caller" \
	"$(printf 'a\nb\n' | { zlogin -n web true; cat; })" "a
b"

head -c 100000000 /dev/urandom >"$WORK/random"
zlogin web cat <"$WORK/random" >"$WORK/back"
ok "100 MB of any bytes, file to file" cmp "$WORK/random" "$WORK/back"
zlogin web cat <"$WORK/random" | cmp - "$WORK/random"
is "to a pipe" "${PIPESTATUS[*]}" "0 0"
zlogin web 'cat >&2' <"$WORK/random" 2>"$WORK/back"
ok "through stderr" cmp "$WORK/random" "$WORK/back"
: >"$WORK/back"
zlogin web cat <"$WORK/random" >>"$WORK/back"
ok "to a file opened to append" cmp "$WORK/random" "$WORK/back"
# shellcheck disable=SC2002 # from a pipe, on purpose
cat "$WORK/random" | zlogin web 'cat | tee /dev/stderr' 2>"$WORK/err1" |
	cmp - "$WORK/random"
is "both at once" "${PIPESTATUS[*]}" "0 0 0"
ok "the same on the other" cmp "$WORK/random" "$WORK/err1"
is "1 GiB in" "$(head -c 1073741824 /dev/zero | zlogin web 'wc -c')" 1073741824
is "1 GiB out" "$(zlogin web 'dd if=/dev/zero bs=1M count=1024 2>/dev/null' |
	wc -c)" 1073741824
is "1 GiB there and back" \
	"$(head -c 1073741824 /dev/zero | zlogin web cat | wc -c)" 1073741824
zlogin web 'cat >/tmp/file' <"$WORK/random"
is "Ansible's way to put a file" "$(zlogin web 'sha256sum </tmp/file')" \
	"$(sha256sum <"$WORK/random")"
zlogin web "dd if=/tmp/file bs=65536 2>/dev/null" | cmp - "$WORK/random"
is "and to get it" "${PIPESTATUS[*]}" "0 0"
zlogin web 'dd of=/tmp/empty bs=65536 count=0' </dev/null 2>/dev/null
is "an empty one" "$(zlogin web 'wc -c </tmp/empty')" 0

zlogin web yes | head -n 1 >"$OUT"
is "a reader that goes ends the command" "${PIPESTATUS[*]}" "141 0"
yes | zlogin web 'head -n 1' >"$OUT"
is "a command that ends, its writer" "${PIPESTATUS[*]}" "141 0"
