# SPDX-License-Identifier: ISC
"""peers - run a program as root of a zone, and of other containers.

For tests/reach/table and tests/probe/table. Each method of Peers takes the words
of a command below the root that they all have, and returns what it prints. The
others run as Debian ships and configures them.
"""
import ctypes
import json
import os
import re
import shutil
import subprocess

HERE = os.path.dirname(os.path.realpath(__file__))
SRC = os.path.dirname(HERE)
SHIFT = 300000  # first id of containers that have a user namespace


class Failed(Exception):
    pass


def run(argv, env=None, limit=120, **how):
    how.setdefault("stdin", subprocess.DEVNULL)
    try:
        done = subprocess.run(argv, timeout=limit, capture_output=True,
                              text=True, errors="replace", env=env, **how)
    except subprocess.TimeoutExpired:
        raise Failed(f"{argv[0]}: no end after {limit} seconds") from None
    if done.returncode != 0:
        raise Failed(f"{' '.join(argv)}: {done.returncode}: "
                     + (done.stderr.strip() or done.stdout.strip())[-300:])
    return done.stdout


def version(program):
    first = run([program, "--version"]).split("\n")[0]
    return re.search(r"\d+(\.\d+)+|\d+", first)[0]


def private():
    """Mounts of one's own, for this process and what it starts."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.environ.get("PEERS_PRIVATE") == "1":
        return
    os.environ["PEERS_PRIVATE"] = "1"
    if libc.unshare(0x20000) != 0:
        raise Failed("unshare: " + os.strerror(ctypes.get_errno()))
    run(["mount", "--make-rprivate", "/"])


def hide_host(work):
    """crun refuses a hybrid machine: no cgroup2 for it; a /run of its own. LXC
    asks newuidmap, and that these files, which ids root may give away."""
    with open("/proc/self/mounts") as f:
        mounts = [x.split()[:3] for x in f]
    if any(m[2] == "cgroup" for m in mounts):
        for m in mounts:
            if m[2] == "cgroup2":
                run(["umount", "-l", m[1]])
    run(["mount", "-t", "tmpfs", "none", "/run"])
    for name in ("subuid", "subgid"):
        mine = os.path.join(work, name)
        with open(mine, "w") as f:
            f.write(f"root:{SHIFT}:65536\n")
        if os.path.exists(f"/etc/{name}"):
            run(["mount", "--bind", mine, f"/etc/{name}"])


def shifted(root):
    """A copy of the root whose owners are ids from SHIFT on."""
    to = root + ".shifted"
    if os.path.isdir(to):
        return to
    run(["cp", "-a", root, to])
    for d, dirs, files in os.walk(to):
        for f in [".", *dirs, *files]:
            p = os.path.join(d, f)
            st = os.lstat(p)
            if st.st_uid < SHIFT:
                os.lchown(p, st.st_uid + SHIFT, st.st_gid + SHIFT)
                if not os.path.islink(p):
                    os.chmod(p, st.st_mode & 0o7777)
    return to


class Peers:
    def __init__(self, build, work, root, **how):
        self.build, self.work, self.root = build, work, root
        self.how = how  # to subprocess.run

    def run(self, argv, env=None):
        return run(argv, env, **self.how)

    def native(self, command):
        return self.run(["unshare", "-Cmupin", "-f", "--mount-proc",
                         self.root + command[0], *command[1:]])

    def zone(self, command, limitpriv="default"):
        env = dict(os.environ, ZONES_ROOT=os.path.join(self.work, "zr"),
                   PATH=os.path.join(self.build, "bin") + ":"
                   + os.environ["PATH"])
        os.makedirs(env["ZONES_ROOT"], exist_ok=True)
        path = os.path.join(self.work, "z")
        try:
            run(["zonecfg", "-z", "peer", f"create -b; set zonepath={path}; "
                 f"set limitpriv={limitpriv}"], env)
            run(["zoneadm", "-z", "peer", "install", "-d", self.root], env)
            run(["zoneadm", "-z", "peer", "boot"], env)
            return self.run(["zlogin", "peer", *command], env)
        finally:
            for end in ("halt", "uninstall -F"):
                subprocess.run(["zoneadm", "-z", "peer", *end.split()],
                               env=env, capture_output=True)
            subprocess.run(["zonecfg", "-z", "peer", "delete", "-F"], env=env,
                           capture_output=True)

    def podman(self, command, *more):
        return self.run(["podman", f"--root={self.work}/ps",
                         "--runroot=/run/pr", "--cgroup-manager=cgroupfs",
                         "--log-level=error", "run", "--rm",
                         "--cgroups=disabled", "--network=none",
                         "--ulimit=nofile=1024:1024",
                         "--ulimit=nproc=4096:4096", *more, "--rootfs",
                         self.root, *command])

    def crun(self, command, userns=False):
        """With the specification that crun itself makes."""
        bundle = os.path.join(self.work, "bundle")
        shutil.rmtree(bundle, ignore_errors=True)
        os.mkdir(bundle)
        run(["crun", "spec"], cwd=bundle)
        spec = os.path.join(bundle, "config.json")
        with open(spec) as f:
            config = json.load(f)
        config["process"]["terminal"] = False
        config["process"]["args"] = command
        config["root"] = {"path": self.root, "readonly": False}
        if userns:
            ids = [{"containerID": 0, "hostID": SHIFT, "size": 65536}]
            config["root"]["path"] = shifted(self.root)
            config["linux"]["namespaces"].append({"type": "user"})
            config["linux"].update(uidMappings=ids, gidMappings=ids)
        with open(spec, "w") as f:
            json.dump(config, f)
        return self.run(["crun", f"--root={self.work}/crun",
                         "--cgroup-manager=cgroupfs", "run",
                         f"--bundle={bundle}", f"peer{os.getpid()}"])

    def crun_user(self, command):
        return self.crun(command, userns=True)

    def lxc(self, command, userns=False):
        conf = os.path.join(self.work, "lxc.conf")
        root = shifted(self.root) if userns else self.root
        with open(conf, "w") as f:
            f.write("lxc.include = /usr/share/lxc/config/common.conf\n"
                    f"lxc.rootfs.path = dir:{root}\n"
                    "lxc.net.0.type = empty\n"
                    "lxc.apparmor.profile = unconfined\n")
            if userns:
                f.write("lxc.include = /usr/share/lxc/config/userns.conf\n"
                        f"lxc.idmap = u 0 {SHIFT} 65536\n"
                        f"lxc.idmap = g 0 {SHIFT} 65536\n")
        return self.run(["lxc-execute", "-P", self.work, "-n", "peer", "-f",
                         conf, "--", *command])

    def lxc_user(self, command):
        return self.lxc(command, userns=True)

    def nspawn(self, command, userns=False):
        ids = [f"--private-users={SHIFT}:65536"] if userns else []
        return self.run(["systemd-nspawn", "-q", "--register=no",
                         "--keep-unit", *ids, "-D",
                         shifted(self.root) if userns else self.root,
                         *command])

    def nspawn_user(self, command):
        return self.nspawn(command, userns=True)
