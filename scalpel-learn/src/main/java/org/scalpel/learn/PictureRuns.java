package org.scalpel.learn;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.scalpel.codec.Image;
import org.scalpel.engine.Session;
import org.scalpel.graph.TensorData;

/** Runs a model over the samples of a data set, several at a time, with the answers in order. */
final class PictureRuns {
  private static final int AHEAD = 4;

  private final Classifier classifier;
  private final ClassifiedPictures pictures;
  private final int threads;

  PictureRuns(Classifier classifier, ClassifiedPictures pictures, int threads) {
    this.classifier = classifier;
    this.pictures = pictures;
    this.threads = threads;
  }

  /** Takes the answers for a sample; none if its picture is broken. */
  interface Sink {
    void take(int sample, Optional<Map<String, TensorData>> answers);
  }

  /** Runs the samples from this one on. */
  void run(Session session, int from, Sink sink) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      Deque<Future<Optional<Map<String, TensorData>>>> ahead = new ArrayDeque<>();
      int next = from;
      for (int sample = from; sample < pictures.size(); sample++) {
        for (; next < pictures.size() && ahead.size() < threads * AHEAD; next++) {
          int one = next;
          ahead.add(pool.submit(() -> answers(session, one)));
        }
        Optional<Map<String, TensorData>> answers = result(ahead.remove());
        sink.take(sample, answers);
        answers.ifPresent(session::recycle);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private Optional<Map<String, TensorData>> answers(Session session, int sample) {
    Optional<Image> picture = pictures.image(sample);
    return picture.map(image -> session.run(classifier.input(image)));
  }

  private static Optional<Map<String, TensorData>> result(
      Future<Optional<Map<String, TensorData>>> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LearnException("interrupted", e);
    }
  }
}
