"""The transparency log as it is stored: leaves, tiles of hashes, signed checkpoints. Written by its sequencer alone.

All append-only, as acts are: what was once numbered and signed stays. docs/decisions/0014-transparency-log.md
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LogLeaf(models.Model):
    """One entry of the log, standing for one row that is itself never changed.

    `data` is the canonical text (RFC 8785) that everyone may read: the keys of the row and a hash of it, nothing of its
    content. Where the content could be guessed, the hash is taken over `salt` and content, and the salt is not shown.
    """

    append_only = True

    number = models.PositiveBigIntegerField(_("number in the log"), primary_key=True)
    source = models.CharField(_("what is logged"), max_length=20)
    row = models.BigIntegerField(_("key of the row"))
    salt = models.CharField(_("salt"), max_length=32, blank=True)
    data = models.TextField(_("canonical text"))

    class Meta:
        verbose_name = _("entry of the log")
        verbose_name_plural = _("entries of the log")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["source", "row"], name="logged_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.source} {self.row}"


class LogTile(models.Model):
    """256 hashes beside each other, as C2SP tlog-tiles cuts the tree; only whole ones are stored.

    On level 0 they are the hashes of leaves, on each level above the `root` of 256 tiles of the level below.
    """

    append_only = True

    level = models.PositiveSmallIntegerField(_("level"))
    index = models.PositiveBigIntegerField(_("number on its level"))
    hashes = models.BinaryField(_("hashes"))
    root = models.BinaryField(_("root over them"), max_length=32)

    class Meta:
        verbose_name = _("tile of the log")
        verbose_name_plural = _("tiles of the log")
        ordering = ["level", "index"]
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="tile_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class LogKey(models.Model):
    """A public key that signed checkpoints of this log; it did from its first to its last one."""

    append_only = True

    verifier = models.CharField(_("public key"), max_length=300, unique=True)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("key of the log")
        verbose_name_plural = _("keys of the log")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.verifier


class LogCheckpoint(models.Model):
    """The log's signed word on its size and root; `note` is the signed note as it was published."""

    append_only = True

    size = models.PositiveBigIntegerField(_("number of entries"))
    root = models.CharField(_("root"), max_length=64)
    note = models.TextField(_("signed note"))
    key = models.ForeignKey(LogKey, on_delete=models.PROTECT, related_name="checkpoints")
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("checkpoint of the log")
        verbose_name_plural = _("checkpoints of the log")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["size", "key"], name="checkpoint_once_by_key")]

    def __str__(self) -> str:
        return f"{self.size} {self.root}"


class LogCosignature(models.Model):
    """A witness's word that it saw this checkpoint, and that the log had only grown since the one it saw before."""

    append_only = True

    checkpoint = models.ForeignKey(LogCheckpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(_("public key of the witness"), max_length=300)
    seen_at = models.DateTimeField(_("seen at"))
    line = models.CharField(_("signature"), max_length=500)

    class Meta:
        verbose_name = _("cosignature of a witness")
        verbose_name_plural = _("cosignatures of witnesses")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="cosigned_once")]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.witness}"


class LogDelivery(models.Model):
    """That a checkpoint was kept outside: which place has it, since when."""

    append_only = True

    checkpoint = models.OneToOneField(LogCheckpoint, on_delete=models.PROTECT, related_name="delivery")
    place = models.CharField(_("place"), max_length=300)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("delivery of a checkpoint")
        verbose_name_plural = _("deliveries of checkpoints")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.place}"
