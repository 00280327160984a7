# SPDX-License-Identifier: ISC
"""hostile - write archives that want out of a zone's root, one a file.

    hostile.py DIR OUTSIDE

Each is DIR/harmless-WHAT.tar (installs, and does nothing outside) or
DIR/refused-WHAT.tar. OUTSIDE is a directory of the host that they aim at.
"""
import base64
import bz2
import gzip
import io
import lzma
import os
import struct
import subprocess
import sys
import tarfile

FILE, DIR, SYM, HARD = (tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE,
                        tarfile.LNKTYPE)
CHR, BLK, FIFO = tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE


def member(name, kind=FILE, data=b"pwned\n", link="", **more):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mtime = kind, link, 1600000000
    info.mode = 0o755 if kind == DIR else 0o644
    if kind == FILE:
        info.size = len(data)
    for key, value in more.items():
        setattr(info, key, value)
    return info, data if kind == FILE else None


def tar(members, form=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data) if data else None)
    return out.getvalue()


def good():
    return [member("etc/", DIR), member("etc/motd"), member("root/", DIR)]


def archives(outside):
    up = "../" * 20
    aim = outside.lstrip("/")
    names = {
        "absolute": outside + "/pwned",
        "absolute-twice": "/" + outside + "/pwned",
        "dotdot": up + aim + "/pwned",
        "dotdot-in-the-middle": "etc/" + up + aim + "/pwned",
        "dotdot-at-the-end": "etc/..",
        "empty-part": "etc//pwned",
        "dot-part": "etc/./pwned",
        "long-part": "x" * 300,
        "long-path": "d/" * 3000 + "f",
    }
    for what, name in names.items():
        for form, tag in ((tarfile.PAX_FORMAT, "pax"),
                          (tarfile.GNU_FORMAT, "gnu")):
            yield "refused-%s-%s" % (what, tag), tar(
                good() + [member(name)], form)

    links = {
        "file-through-link": [member("l", SYM, link=outside),
                              member("l/pwned")],
        "dir-through-link": [member("l", SYM, link=outside),
                             member("l/pwned/", DIR)],
        "link-through-link": [member("l", SYM, link=outside),
                              member("l/pwned", SYM, link="/")],
        "relative-link": [member("a/", DIR),
                          member("a/l", SYM, link=up + aim),
                          member("a/l/pwned")],
        "chain-of-links": [member("a", SYM, link="b"),
                           member("b", SYM, link=outside),
                           member("a/pwned")],
        "root-as-link": [member("./", SYM, link=outside), member("pwned")],
        "etc-as-link": [member("etc", SYM, link=outside)],
        "dir-to-link": [member("d/", DIR), member("d", SYM, link=outside)],
        "hard-absolute": [member("h", HARD, link=outside + "/secret")],
        "hard-dotdot": [member("h", HARD, link=up + aim + "/secret")],
        "hard-through-link": [member("l", SYM, link=outside),
                              member("h", HARD, link="l/secret")],
        "hard-to-dir": [member("d/", DIR), member("h", HARD, link="d")],
        "hard-to-later": [member("h", HARD, link="z"), member("z")],
        "hard-to-itself": [member("h"), member("h", HARD, link="h")],
    }
    for what, members in links.items():
        extra = [] if what == "etc-as-link" else good()
        yield "refused-" + what, tar(extra + members)

    for what, device in {"disk": BLK, "mem": CHR, "null": CHR}.items():
        yield "refused-device-" + what, tar(good() + [
            member(what, device, devmajor=1, devminor=3)])

    for owner in (65536, 524288, 4294967294, 4294967295, 4294967296):
        for field in ("uid", "gid"):
            yield "refused-%s-%d" % (field, owner), tar(good() + [
                member("f", **{field: owner})])
    yield "refused-uid-negative", tar(
        good() + [member("f", uid=-1)], tarfile.GNU_FORMAT)

    whole = tar(good())
    yield "refused-truncated-in-the-end", whole[:2048 + 512]
    yield "refused-truncated-in-data", whole[:1024 + 700]
    yield "refused-without-end", whole[:2048]
    yield "refused-trailing-text", whole + b"x" * 512
    yield "refused-second-archive", whole + tar([member("late")])
    yield "refused-nothing-in-it", tar([])
    yield "refused-no-archive", b"This is no archive.\n" * 100
    yield "refused-zeros", b"\0" * 10240
    yield "refused-damaged-header", whole[:517] + b"!!" + whole[519:]
    packed = gzip.compress(whole)
    yield "refused-gzip-truncated", packed[:-9]
    yield "refused-gzip-wrong-sum", packed[:-8] + b"abcd" + packed[-4:]
    yield "refused-gzip-wrong-size", packed[:-4] + b"abcd"
    yield "refused-gzip-trailing", packed + b"something"
    yield "refused-gzip-damaged", packed[:20] + b"\xff" * 8 + packed[28:]

    lie = tarfile.TarInfo("huge")
    lie.size = 1 << 45
    yield "refused-huge-size", (lie.tobuf(tarfile.GNU_FORMAT) + b"\0" * 4096)
    sparse = member("sparse")[0]
    sparse.size = 512
    sparse.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0",
                          "GNU.sparse.name": "sparse",
                          "GNU.sparse.realsize": str(1 << 50)}
    yield "refused-huge-hole", tar(good() + [
        (sparse, b"0\n".ljust(512, b"\0"))])

    yield "harmless-links-out", tar(good() + [
        member("all", SYM, link="/"), member("up", SYM, link=up + aim),
        member("etc/hostname", SYM, link=outside + "/pwned"),
        member("etc/hosts", SYM, link=outside + "/pwned"),
        member("etc/machine-id", SYM, link=outside + "/secret"),
        member("etc/resolv.conf", SYM, link=outside + "/pwned"),
        member("var/", DIR), member("var/lib", SYM, link=outside)])
    yield "harmless-fifos-in-our-way", tar(good() + [
        member("etc/hostname", FIFO), member("etc/hosts", FIFO),
        member("etc/machine-id", FIFO), member("etc/resolv.conf", FIFO),
        member("etc/.hostname.1.new", FIFO)])
    yield "harmless-link-replaced", tar(good() + [
        member("x", SYM, link=outside + "/secret"), member("x"),
        member("y", SYM, link=outside), member("y/", DIR),
        member("y/pwned")])
    yield "harmless-twice", tar(good() + [member("x"), member("x"),
                                          member("./x")])
    yield "harmless-device-in-dev", tar(good() + [
        member("dev/", DIR), member("dev/sda", BLK, devmajor=8)])
    yield "harmless-set-id", tar(good() + [
        member("su", mode=0o6755), member("sg", mode=0o2755, gid=42)])
    yield "harmless-odd-names", tar(good() + [
        member("a\nb"), member("\x1b[31mred"), member("-rf"),
        member("b\\c"), member("caf\u00e9")])
    yield "harmless-attributes", tar(good() + [
        (lambda m: m[0].pax_headers.update({
            "SCHILY.xattr.trusted.overlay.opaque": "y",
            "SCHILY.xattr.security.selinux": "system_u:object_r:etc_t:s0",
            "SCHILY.xattr.user.overlay.redirect": "/etc",
            "SCHILY.xattr.user.kept": "yes"}) or m)(member("x"))])
    yield "refused-capability-of-another", tar(good() + [
        (lambda m: m[0].pax_headers.update({
            "SCHILY.xattr.security.capability": "short"}) or m)(member("x"))])

    yield from packed_badly(whole)
    yield from headers_that_lie(outside)


def with_pax(info_data, **headers):
    info_data[0].pax_headers.update(headers)
    return info_data


def zstd(data):
    return subprocess.run(["zstd", "-qc", "--check"], input=data, check=True,
                          stdout=subprocess.PIPE).stdout


def packed_badly(whole):
    for what, packed in {"xz": lzma.compress(whole),
                         "bzip2": bz2.compress(whole),
                         "zstd": zstd(whole)}.items():
        half = len(packed) // 2
        yield "refused-%s-truncated" % what, packed[:-5]
        yield "refused-%s-trailing" % what, packed + b"something"
        yield "refused-%s-twice" % what, packed + packed
        yield "refused-%s-damaged" % what, (
            packed[:half] + bytes([packed[half] ^ 16]) + packed[half + 1:])
    # A frame of zstd whose window is 2 GiB.
    yield "refused-zstd-window", bytes.fromhex("28b52ffd00a8010000")


def headers_that_lie(outside):
    headers = {
        "path-of-100-mb": {"path": "a" * 100000000},
        "size": {"size": "99999999999"},
        "owner-negative": {"uid": "-1"},
        "owner-of-33-bits": {"gid": str(1 << 32)},
        "many-attributes": {"SCHILY.xattr.user.a%d" % i: "x" * 200
                            for i in range(20000)},
        "acl-of-nobody": {"SCHILY.acl.access": "user::rw-,group::r--,"
                          "user:nosuch:rw-:4294967295,mask::rw-,other::r--"},
        "hole-beyond": {"GNU.sparse.size": "100", "GNU.sparse.numblocks": "1",
                        "GNU.sparse.map": "4096,1024"},
        "hole-before": {"GNU.sparse.size": "-5", "GNU.sparse.numblocks": "1",
                        "GNU.sparse.map": "-4096,1024"},
        "path-over-name": {"path": "etc/../../pwned"},
    }
    for what, lies in headers.items():
        yield "refused-pax-" + what, tar(good() + [
            with_pax(member("x", data=b"x" * 1024), **lies)])
    for what, value in {
            "version-1": struct.pack("<III", 0x01000001, 1 << 21, 0),
            "version-3": struct.pack("<6I", 0x03000001, 1 << 21, 0, 0, 0, 1000),
    }.items():
        key = "LIBARCHIVE.xattr.security.capability"
        yield "refused-capability-" + what, tar(good() + [
            with_pax(member("x"), **{key: base64.b64encode(value).decode()})])

    odd = {
        "file-over-dir": [member("d/", DIR), member("d/f"), member("d")],
        "hard-over-dir": [member("d/", DIR), member("h"),
                          member("d", HARD, link="h")],
        "hard-to-link": [member("l", SYM, link=outside),
                         member("h", HARD, link="l"), member("h/pwned")],
        "dev-as-link": [member("dev", SYM, link=outside),
                        member("dev/sda", BLK, devmajor=8)],
        "dev-dotdot": [member("dev/../etc/sda", BLK, devmajor=8)],
        "long-link": [member("l", SYM, link="x" * 5000)],
        "volume": [member("x", b"M", data=None)],
    }
    for what, members in odd.items():
        yield "refused-" + what, tar(good() + members)

    everyone = tarfile.TarInfo.create_pax_global_header(
        {"path": "../../pwned", "uid": "4294967295"})
    yield "harmless-global-header", everyone + tar(good())
    yield "harmless-root-of-another", tar(
        [member("./", DIR, mode=0o7777, uid=1000)] + good())
    yield "harmless-deep", tar(good() + [member("d/" * 2000 + "f")])


def main():
    where, outside = sys.argv[1:]
    for name, data in archives(outside):
        with open(os.path.join(where, name + ".tar"), "wb") as out:
            out.write(data)


main()
