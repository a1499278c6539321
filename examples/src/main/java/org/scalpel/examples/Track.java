package org.scalpel.examples;

/**
 * One thing followed over frames.
 *
 * @param id counts from 1, in the order of appearance
 * @param latest what was seen last
 * @param frame in which that was
 * @param hits in how many frames it was seen
 * @param speedX of its centre, pixels per frame
 * @param speedY likewise
 */
record Track(int id, Detection latest, long frame, int hits, double speedX, double speedY) {
  private static final double TRUST = 0.5;

  static Track begin(int id, Detection seen, long frame) {
    return new Track(id, seen, frame, 1, 0, 0);
  }

  /** Where it should be in that frame if it goes on as before. */
  Box expected(long inFrame) {
    double frames = inFrame - frame;
    return latest.box().moved(speedX * frames, speedY * frames);
  }

  Track seen(Detection again, long inFrame) {
    double frames = Math.max(1, inFrame - frame);
    Point was = latest.box().centre();
    Point is = again.box().centre();
    double x = (is.x() - was.x()) / frames;
    double y = (is.y() - was.y()) / frames;
    double trust = hits == 1 ? 1 : TRUST;
    return new Track(
        id, again, inFrame, hits + 1, speedX + trust * (x - speedX), speedY + trust * (y - speedY));
  }
}
