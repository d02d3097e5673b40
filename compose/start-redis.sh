#!/bin/sh
# Starts compose's Valkey, or Redis, with a password of its own. It is made at the first start and kept in the volume
# `redis-access`, where the services find the whole address: nobody has to choose one, and no file of yours holds it.
#
#   start-redis.sh ACCESS DATA [OPTION OF THE SERVER...]
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

# Each image has a user of the name of what is in it.
name=redis
if command -v valkey-server >/dev/null; then name=valkey; fi

# As root it takes its volume over, then runs as that user, whatever number the image gives it. What another image left
# there belongs to that one's user.
user=
if [ "$(id -u)" = 0 ]; then
  chown -R "$name:$name" "$data"
  user="setpriv --reuid=$name --regid=$name --clear-groups"
fi
exec $user "$name-server" - --dir "$data" "$@" <<CONFIGURATION
requirepass $password
CONFIGURATION
