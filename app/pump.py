"""Carries sound and pictures between the devices and the assistant, in a thread that never waits for either."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Protocol

from app.devices.keeper import Keeper, Opened
from app.playback import Playback
from runtime import ports
from runtime.events import FlushSpeaker, Incoming, Outgoing, Played, SpeakerSilent, Trouble
from runtime.types import AudioChunk, SpeechChunk, VideoFrame

_log = logging.getLogger(__name__)

_TICK = 0.01
_SEE_EVERY = 0.2


class Talks(Protocol):
    """The assistant, as far as the pump knows it: `runtime.assistant.Assistant` or `runtime.host.Host`."""

    def hear(self, chunk: AudioChunk) -> object: ...

    def see(self, frame: VideoFrame | None) -> object: ...

    def post(self, event: Incoming) -> object: ...


class Microphone(ports.Microphone, Opened, Protocol): ...


class Speaker(ports.Speaker, Opened, Protocol): ...


class Camera(ports.Camera, Opened, Protocol): ...


class Pump:
    """Works with any of the three devices missing, and lets each be changed while it runs.

    Everything the microphone gives goes to `assistant.hear`, the newest picture to `assistant.see` at most five times a
    second (None once no camera is wanted any more), `SpeechChunk`s to the loudspeaker; the assistant gets `Played`
    about every 50 ms and `SpeakerSilent` after a `FlushSpeaker`. Without a loudspeaker speech counts as played at once.
    A device that fails is reported to `trouble` once and opened again until it works. Any thread may call any method.
    """

    def __init__(
        self,
        assistant: Talks,
        microphone: Microphone | None = None,
        speaker: Speaker | None = None,
        camera: Camera | None = None,
        trouble: Callable[[Trouble], None] = lambda _: None,
    ) -> None:
        self._assistant = assistant
        self._trouble = trouble
        self._failed = ""
        self._microphone: Keeper[Microphone] = Keeper("microphone", trouble)
        self._speaker: Keeper[Speaker] = Keeper("loudspeaker", trouble)
        self._camera: Keeper[Camera] = Keeper("camera", trouble)
        self._keepers = (self._microphone, self._speaker, self._camera)
        self._playback = Playback(self._tell)
        self._inbox: queue.SimpleQueue[SpeechChunk | FlushSpeaker] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._seen: tuple[object, int] | None = None
        self._saw_at = 0.0
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)
        self.use_microphone(microphone)
        self.use_speaker(speaker)
        self.use_camera(camera)

    def start(self) -> None:
        """Begin to open the devices and to carry; returns at once (see `settled`)."""
        for keeper in self._keepers:
            keeper.start()
        self._thread.start()

    def settled(self, timeout: float = 5.0) -> bool:
        """Wait until every device was opened, or found not to open; False when that takes longer than `timeout`."""
        until = time.monotonic() + timeout
        return all([keeper.settled(max(0.0, until - time.monotonic())) for keeper in self._keepers])

    def deliver(self, event: Outgoing) -> None:
        """Take what the assistant says; anything but speech and flushes is nothing to the pump. Never blocks."""
        if isinstance(event, SpeechChunk | FlushSpeaker):
            self._inbox.put(event)
            self._wake.set()

    def use_microphone(self, microphone: Microphone | None) -> None:
        """Hear from this microphone from now on; None for none."""
        self._microphone.use(microphone)

    def use_speaker(self, speaker: Speaker | None) -> None:
        """Speak from this loudspeaker from now on; speech not heard yet moves over. None for none."""
        self._speaker.use(speaker)

    def use_camera(self, camera: Camera | None) -> None:
        """See through this camera from now on; None for none: nothing is seen any more."""
        self._camera.use(camera)

    @property
    def microphone(self) -> Microphone | None:
        """The microphone, while it is open and well."""
        return self._microphone.device

    @property
    def speaker(self) -> Speaker | None:
        """The loudspeaker, while it is open and well."""
        return self._speaker.device

    @property
    def camera(self) -> Camera | None:
        """The camera, while it is open and well."""
        return self._camera.device

    @property
    def volume(self) -> float:
        """Loudness of the voice, 0…1; acts within a second."""
        return self._playback.volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._playback.volume = min(1.0, max(0.0, volume))

    def stop(self, timeout: float = 5.0) -> bool:
        """Stop carrying and close the devices; True when all ended in `timeout` seconds."""
        self._ending.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return all([keeper.stop(timeout) for keeper in self._keepers]) and not self._thread.is_alive()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._carry(time.monotonic())
            except Exception as error:  # whatever it was, the person still wants to be heard
                self._fail(error)
            self._wake.wait(_TICK)
            self._wake.clear()

    def _carry(self, now: float) -> None:
        # A flush first: what was said before it must not be heard after it.
        while not self._inbox.empty():
            event = self._inbox.get()
            if isinstance(event, FlushSpeaker):
                self._playback.flush(event.turn, now)
            else:
                self._playback.say(event)
        self._playback.use(self._speaker.device)
        self._playback.tick(now)
        microphone = self._microphone.device
        chunk = microphone.read() if microphone is not None else None
        if chunk is not None:
            self._assistant.hear(chunk)
        if now - self._saw_at >= _SEE_EVERY:
            self._saw_at = now
            self._look()

    def _look(self) -> None:
        camera = self._camera.device
        frame = camera.latest() if camera is not None else None
        if frame is None and self._camera.wanted:
            return  # on and silent is not off: the last picture grows too old to be asked about
        shown = None if frame is None else (camera, frame.index)
        if shown != self._seen:
            self._seen = shown
            self._assistant.see(frame)

    def _fail(self, error: Exception) -> None:
        if str(error) != self._failed:
            self._failed = str(error)
            _log.exception("the pump stumbled")
            self._trouble(Trouble(f"Sound or pictures got stuck: {error}.", "If it goes on, choose the devices again."))

    def _tell(self, event: Played | SpeakerSilent) -> None:
        self._assistant.post(event)
