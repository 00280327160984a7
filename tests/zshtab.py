#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""zshtab - what zsh proposes for a line and a TAB: "LINE: WORD WORD ..."

	zshtab.py FUNCTION-FILE LINE...

A zsh on a terminal of its own completes; its compadd writes down what it adds.
"""
import os
import pty
import select
import shutil
import sys
import tempfile
import time

SETUP = r"""
PS1= ; setopt no_beep
fpath=({dir} $fpath)
autoload -Uz compinit; compinit -u -D
compadd() {{
	local arg
	for arg; do
		[[ $arg != (-|--) ]] || break
		[[ $arg != -[a-zA-Z]#[OAD] ]] || {{ builtin compadd "$@"; return }}
	done
	local -a _hits
	builtin compadd -A _hits "$@"
	print -rl -- $_hits >>{dir}/words
	builtin compadd "$@"
}}
done-now() {{ BUFFER=; : >{dir}/done; }}
setopt extended_glob
zle -N done-now; bindkey "^X" done-now; bindkey "^I" complete-word
: >{dir}/ready
"""


def wait(master, path):
    end = time.monotonic() + 30
    while not os.path.exists(path):
        if time.monotonic() > end:
            sys.exit(f"zsh does not come to '{os.path.basename(path)}'")
        if select.select([master], [], [], 0.05)[0]:
            os.read(master, 65536)


def taken(path):
    if not os.path.exists(path):
        return []
    with open(path) as f:
        words = sorted({w for w in f.read().split("\n") if w})
    os.remove(path)
    return words


def main():
    where = tempfile.mkdtemp()
    shutil.copy(sys.argv[1], where + "/_zones")
    with open(where + "/setup", "w") as f:
        f.write(SETUP.format(dir=where))
    pid, master = pty.fork()
    if pid == 0:
        os.execvp("zsh", ["zsh", "-f", "-i"])
    os.write(master, f". {where}/setup\n".encode())
    wait(master, where + "/ready")
    for line in sys.argv[2:]:
        os.write(master, line.encode() + b"\t\x18")
        wait(master, where + "/done")
        os.remove(where + "/done")
        print(f"{line}:", *taken(where + "/words"))
    os.close(master)
    os.waitpid(pid, 0)
    shutil.rmtree(where)


main()
