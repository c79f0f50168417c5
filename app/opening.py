"""Opens the parts of the chosen pack that a command needs, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.settings import Settings

if TYPE_CHECKING:  # each command imports only the parts it opens, so that none waits for the others
    from runtime.hearing.transcriber import Transcriber
    from runtime.model.manifest import Pack
    from runtime.model.session import OnnxSessions
    from runtime.model.voice import Voice
    from runtime.ports import Progress
    from runtime.replier import Replier
    from runtime.sight.percepts import Eyes
    from runtime.trace import Trace


def pack_and_sessions(settings: Settings) -> tuple[Pack, OnnxSessions]:
    """Raises `Missing` when the pack is not there and `Fault` when it is damaged."""
    from runtime.model.manifest import open_pack
    from runtime.model.session import OnnxSessions

    return open_pack(settings.pack), OnnxSessions(settings.provider, settings.threads)


def transcriber(settings: Settings, progress: Progress) -> Transcriber:
    from runtime.hearing.transcriber import Transcriber

    pack, sessions = pack_and_sessions(settings)
    part = Transcriber(pack.folder("hearing"), sessions)
    part.load(progress)
    return part


def eyes(settings: Settings, progress: Progress) -> Eyes:
    from runtime.sight.percepts import Eyes

    pack, sessions = pack_and_sessions(settings)
    part = Eyes(pack.folder("sight"), sessions)
    part.load(progress)
    return part


def voice(settings: Settings, progress: Progress) -> Voice:
    from runtime.model.voice import Voice

    pack, sessions = pack_and_sessions(settings)
    part = Voice(pack.folder("voice"), sessions)
    part.load(progress)
    return part


def replier(settings: Settings, progress: Progress, trace: Trace) -> tuple[Replier, OnnxSessions]:
    from runtime.replier import Replier

    pack, sessions = pack_and_sessions(settings)
    part = Replier(pack.path, sessions, settings, trace)
    part.load(progress)
    return part, sessions
