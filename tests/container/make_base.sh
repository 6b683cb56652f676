#!/bin/bash
# Makes a stand-in of the base, python:3.13-slim-bookworm, where no registry of images can be reached: Debian 12 with a Python of this machine in /usr/local.
# bash tests/container/make_base.sh FOLDER PYTHON_PREFIX TAG   (as root; needs debootstrap, binutils and Docker)
set -euo pipefail
folder=$1/rootfs prefix=$2 tag=$3
libraries=ca-certificates,netbase,tzdata,libbz2-1.0,libexpat1,libffi8,liblzma5,libncursesw6,libreadline8,libsqlite3-0,libssl3,libuuid1,zlib1g

[ -x "$folder/bin/sh" ] || debootstrap --variant=minbase --include="$libraries" bookworm "$folder"
cp -a "$prefix"/. "$folder/usr/local/"
cd "$folder/usr/local"
rm -rf share/man lib/python3.13/{test,tkinter} lib/python3.13/config-3.13-* lib/python3.13/lib-dynload/_tkinter*
find . -name '*.a' -delete
find . -name __pycache__ -prune -exec rm -rf {} +
strip --strip-unneeded bin/python3.13 lib/libpython3.13.so.1.0 lib/python3.13/lib-dynload/*.so
ln -sf python3.13 bin/python3
ln -sf python3.13 bin/python
cd "$folder"
# This machine's certificates: a proxy may have one of its own.
cp /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/ca-certificates.crt
rm -rf var/lib/apt/lists/* var/cache/apt/* usr/share/man/* usr/share/locale/* usr/share/info/* var/log/*
find usr/share/doc -type f ! -name copyright -delete
chroot . ldconfig
chroot . /usr/local/bin/python -c 'import bz2, ctypes, lzma, sqlite3, ssl, sys; print(sys.version)'
tar --exclude='./dev/*' -c . | docker import -c 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' \
    -c 'ENV LANG=C.UTF-8 SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt' - "$tag"
