package org.scalpel.tier;

/** Tells an {@link Intake} how the messages of one stream come in; used by the stream's thread. */
final class MessageTimer {
  private final Intake intake;
  private boolean inside;

  MessageTimer(Intake intake) {
    this.intake = intake;
  }

  void message() {
    inside = false;
  }

  /**
   * Whether a message is under way after what came: what follows a window's growth or a ping comes
   * when the peer has something to say, and says nothing about the link.
   */
  void within(boolean message) {
    inside &= message;
  }

  void bytes(long count) {
    long now = System.nanoTime();
    if (inside) {
      intake.more(count, now);
    } else {
      inside = true;
      intake.first(now);
    }
  }
}
