package org.scalpel.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.scalpel.codec.Image;
import org.scalpel.live.RequestStream;
import org.scalpel.live.StreamAnswer;
import org.scalpel.live.StreamOptions;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.Stage;

/**
 * One camera: frames come at the clip's pace, or as fast as they are taken; each is fitted, sent
 * through the tiers, and its answer tracked. A live camera cannot wait: when its window is full the
 * frame that waits longest is dropped.
 */
final class CameraRun {
  private static final double LEAST_MS = 0.05;

  private final Detector detector;
  private final Observer observer;
  private final Way way;
  private final AtomicLongArray arrived;
  private final List<FrameNote> notes = new ArrayList<>();
  private Optional<Letterbox> fitted = Optional.empty();

  /**
   * How it runs.
   *
   * @param frames at most
   * @param live whether frames come at the clip's pace
   * @param window frames under way at most
   * @param delayMs this camera's first frame comes so much later than that of the first camera
   */
  record Pace(int frames, boolean live, int window, double delayMs) {}

  CameraRun(Detector detector, Observer observer, Way way, int frames) {
    this.detector = detector;
    this.observer = observer;
    this.way = way;
    this.arrived = new AtomicLongArray(frames);
  }

  /**
   * Plays the clip to its end, or as far as the pace says, and waits for all answers.
   *
   * @param done is told how many frames were sent
   */
  List<FrameNote> run(Clip clip, Pace pace, IntConsumer done) {
    StreamOptions options = StreamOptions.DEFAULT.withWindow(pace.window());
    if (pace.live()) {
      options = options.withOverflow(StreamOptions.Overflow.DROP_OLDEST, 1);
    }
    try (Clip.Frames frames = clip.play();
        RequestStream stream = RequestStream.open(way::submit, options, this::take)) {
      long begun = System.nanoTime() + (long) (pace.delayMs() * 1e6);
      for (int number = 0; number < pace.frames(); number++) {
        Optional<Image> picture = frames.next();
        if (picture.isEmpty()) {
          break;
        }
        Inputs inputs = Inputs.of(detector.inputs(fit(picture.get()).square(picture.get())));
        long due = begun + (long) (number * 1e9 / clip.rate());
        if (pace.live()) {
          waitUntil(due);
        }
        arrived.set(number, System.nanoTime());
        stream.send(inputs);
        done.accept(number + 1);
      }
    }
    return List.copyOf(notes);
  }

  private synchronized Letterbox fit(Image picture) {
    if (fitted.isEmpty()) {
      fitted = Optional.of(new Letterbox(picture.width(), picture.height(), detector.side()));
    }
    return fitted.get();
  }

  private static void waitUntil(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Answers come one at a time, in the order of the frames. */
  private void take(StreamAnswer answer) {
    if (answer instanceof StreamAnswer.Answered answered) {
      notes.add(answered(answered.number(), answered.execution()));
    } else if (answer instanceof StreamAnswer.Failed failed) {
      String why = String.valueOf(failed.fault().getMessage());
      notes.add(
          FrameNote.without(failed.number(), FrameNote.Outcome.FAILED, why, observer.counts()));
    } else if (answer instanceof StreamAnswer.Dropped dropped) {
      for (long k = 0; k < dropped.count(); k++) {
        notes.add(
            FrameNote.without(
                dropped.number() + k, FrameNote.Outcome.DROPPED, "dropped", observer.counts()));
      }
    }
  }

  private FrameNote answered(long frame, Execution execution) {
    List<Detection> seen = detector.detections(execution.outputs(), fitted());
    String where = words(execution.stages());
    double kilobytes = execution.bytesOnFirstLink() / 1e3;
    execution.release();
    Observer.Seen told = observer.observe(frame, seen);
    double ms = (System.nanoTime() - arrived.get((int) frame)) / 1e6;
    return new FrameNote(
        frame,
        FrameNote.Outcome.ANSWERED,
        ms,
        where,
        kilobytes,
        told.tracks(),
        told.events(),
        observer.counts());
  }

  private synchronized Letterbox fitted() {
    return fitted.orElseThrow();
  }

  private static String words(List<Stage> stages) {
    return stages.stream()
        .filter(stage -> stage.measuredMs() >= LEAST_MS)
        .map(stage -> stage.name() + " " + Math.round(stage.measuredMs()) + " ms")
        .collect(Collectors.joining(" | "));
  }

  /** Requests that do not count, so that every tier has seen the plan. */
  static void warm(Way way, Map<String, org.scalpel.graph.TensorData> inputs, int requests) {
    for (int i = 0; i < requests; i++) {
      way.submit(Inputs.of(inputs)).join().release();
    }
  }
}
