#!/usr/bin/env bash
# Sets everything up once (system packages, Python environment, model pack) and starts Vis-à-vis.
#
#   bash packaging/run.sh              the window; without a display, a demonstration in the terminal
#   bash packaging/run.sh ask ...      any command of `visavis`
#
# VISAVIS_HOME    where packs and settings live      VISAVIS_PYTHON  the Python to use
# VISAVIS_CUDA=1  also install what an NVIDIA GPU needs
set -euo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

has_display() {
    [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ] || [ -n "${QT_QPA_PLATFORM:-}" ]
}

set_up run
case "${1:-}" in
    pack | doctor | -h | --help | --version) ;;
    *) build_pack ;;
esac

# The program finds its own files; the caller's folder stays the one that relative file names mean.
if [ $# -eq 0 ] && ! has_display; then
    say "There is no display, so here is the demonstration: a spoken question about a photo, answered into reply.wav."
    say "Other ways to use it: bash packaging/run.sh --help"
    exec "$python" -m app ask --speech "$root/assets/demo/question.wav" --image "$root/assets/demo/photo.jpg" --out reply.wav
fi
exec "$python" -m app "$@"
