package org.scalpel.examples;

import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.scalpel.codec.Image;
import org.scalpel.engine.Engine;
import org.scalpel.engine.Session;

/**
 * What the whole model says of every frame, in one piece and without drops: the truth that schemes
 * are held against.
 *
 * @param frames how many there are
 * @param events of the whole clip
 * @param detections in all frames together
 * @param first the first frame
 */
record Reference(int frames, List<Event> events, int detections, Image first) {
  /** Plays the clip through the model, at most so many frames. */
  static Reference of(
      Engine engine, CaseStudy.Scene scene, int most, Observer observer, IntConsumer done) {
    Detector detector = scene.detector();
    Clip clip = scene.clip();
    int detections = 0;
    int frame = 0;
    Optional<Image> first = Optional.empty();
    try (Session session = engine.open(detector.model());
        Clip.Frames frames = clip.play()) {
      for (; frame < most; frame++) {
        Optional<Image> next = frames.next();
        if (next.isEmpty()) {
          break;
        }
        Image picture = next.get();
        first = first.isPresent() ? first : next;
        Letterbox fitted = new Letterbox(picture.width(), picture.height(), detector.side());
        var outputs = session.run(detector.inputs(fitted.square(picture)));
        List<Detection> seen = detector.detections(outputs, fitted);
        detections += seen.size();
        observer.observe(frame, seen);
        done.accept(frame + 1);
      }
    }
    return new Reference(
        frame,
        observer.events(),
        detections,
        first.orElseThrow(
            () ->
                new org.scalpel.app.UserException(clip.name() + ": FFmpeg reads no frame of it")));
  }

  /** The events of the first frames. */
  List<Event> before(int end) {
    return events.stream().filter(event -> event.frame() < end).toList();
  }
}
