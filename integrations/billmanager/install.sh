#!/bin/sh
# Installs the processing module pmenomfleet into BILLmanager 6, or takes it away again. It joins the files of src into one
# program: no npm, no package, no build. The same call again is an upgrade.
set -eu

usage() {
  cat <<'TEXT'
install.sh [--prefix DIR] [--node FILE] [--remove]

  --prefix DIR  put everything below DIR, for a dry run; default: /
  --node FILE   the Node (18 or newer) that the module runs with; default: the one in PATH
  --remove      take away what was put there; settings in etc/pmenomfleet.conf and logs stay
TEXT
}

refuse() {
  echo "install.sh: $1" >&2
  exit "${2:-1}"
}

prefix=/
node=
remove=no
while [ $# -gt 0 ]; do
  case $1 in
    --prefix=*) prefix=${1#*=} ;;
    --node=*) node=${1#*=} ;;
    --prefix | --node)
      [ $# -ge 2 ] || refuse "$1 needs a value" 2
      if [ "$1" = --prefix ]; then prefix=$2; else node=$2; fi
      shift
      ;;
    --remove) remove=yes ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && refuse "unknown option $1" 2 ;;
  esac
  shift
done
[ -n "$prefix" ] || refuse "--prefix needs a folder" 2

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
panel=${prefix%/}/usr/local/mgr5
program=$panel/processing/pmenomfleet
texts=$panel/etc/xml/billmgr_mod_pmenomfleet.xml

if [ "$remove" = yes ]; then
  rm -f "$program" "$texts"
  # Folders of a dry run go as far as they are empty.
  if [ "$prefix" != / ]; then
    for folder in "$panel/processing" "$panel/etc/xml" "$panel/etc" "$panel" "$prefix/usr/local" "$prefix/usr"; do
      rmdir "$folder" 2>/dev/null || true
    done
  fi
  echo "Removed $program and $texts."
  echo "Restart BILLmanager: /usr/local/mgr5/sbin/mgrctl -m billmgr -R"
  exit 0
fi

[ "$prefix" != / ] || [ -d "$panel" ] || refuse "there is no $panel: is BILLmanager installed here? --prefix DIR is a dry run"

[ -n "$node" ] || node=$(command -v node) || refuse "Node 18 or newer is needed: install it, or name it with --node"
node=$("$node" -p 'process.execPath') || refuse "$node cannot be run"
major=$("$node" -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 18 ] || refuse "Node 18 or newer is needed, and $node is $("$node" --version)"

mkdir -p "$panel/processing" "$panel/etc/xml"
made=$program.new.$$
trap 'rm -f "$made"' EXIT

(
  # By its whole path: the panel's PATH is short. The kernel reads 127 characters of this line.
  if [ ${#node} -le 120 ]; then echo "#!$node"; else echo "#!/usr/bin/env node"; fi
  cat "$here/src/joined-begin.txt"
  cd "$here/src"
  for file in *.cjs */*.cjs; do
    printf 'parts["%s"] = (module, require) => {\n' "$file"
    cat "$file"
    echo '};'
  done
  cat joined-end.txt
) >"$made"
chmod 755 "$made"
# What does not run is not installed.
"$node" --check - <"$made" || refuse "the program that was made cannot be read by $node"
mv "$made" "$program"
cp "$here/billmgr_mod_pmenomfleet.xml" "$texts.new.$$"
chmod 644 "$texts.new.$$"
mv "$texts.new.$$" "$texts"
"$program" --command features >/dev/null || refuse "$program was installed and does not start"

echo "Installed $program (Node $("$node" --version)) and $texts."
echo "Restart BILLmanager, which reads both once: /usr/local/mgr5/sbin/mgrctl -m billmgr -R"
