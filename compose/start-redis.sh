#!/bin/sh
# Starts compose's Redis with a password of its own. It is made at the first start and kept in the volume
# `redis-access`, where the services find the whole address: nobody has to choose one, and no file of yours holds it.
#
#   start-redis.sh ACCESS DATA [OPTION OF redis-server...]
set -eu
access=$1 data=$2
shift 2

if [ ! -s "$access/url" ]; then
  password=$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
  (umask 077 && printf '%s\n' "$password" > "$access/password")
  printf 'redis://:%s@redis:6379\n' "$password" > "$access/new"
  chmod 444 "$access/new"
  mv "$access/new" "$access/url"
fi
password=$(cat "$access/password")

# As root it takes its volume over, then runs as the user redis, whatever number the image gives it.
user=
if [ "$(id -u)" = 0 ]; then
  chown redis:redis "$data"
  user='setpriv --reuid=redis --regid=redis --clear-groups'
fi
exec $user redis-server - --dir "$data" "$@" <<CONFIGURATION
requirepass $password
CONFIGURATION
