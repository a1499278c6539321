package org.scalpel.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.scalpel.live.StreamAnswer.Dropped;

/**
 * Answers on their way to the one who takes them: in the order of their requests, or as they come.
 * Requests that were dropped one after the other are one entry, so that a stream whose next answer
 * is late holds no more than its window and as many gaps. Thread-safe.
 */
final class AnswerQueue {
  private final boolean ordered;
  private final TreeMap<Long, StreamAnswer> early = new TreeMap<>();
  private final Deque<StreamAnswer> ready = new ArrayDeque<>();
  private long next;
  private long end = Long.MAX_VALUE;

  AnswerQueue(boolean ordered) {
    this.ordered = ordered;
  }

  synchronized void add(StreamAnswer answer) {
    if (!ordered) {
      next += count(answer);
      ready(answer);
    } else {
      put(answer);
      for (StreamAnswer now = early.remove(next); now != null; now = early.remove(next)) {
        next += count(now);
        ready(now);
      }
    }
    notifyAll();
  }

  private void put(StreamAnswer answer) {
    Map.Entry<Long, StreamAnswer> before = early.lowerEntry(answer.number());
    StreamAnswer whole = before == null ? answer : joined(before.getValue(), answer);
    early.put(whole.number(), whole);
  }

  private void ready(StreamAnswer answer) {
    StreamAnswer last = ready.peekLast();
    StreamAnswer whole = last == null ? answer : joined(last, answer);
    if (whole.number() != answer.number()) {
      ready.removeLast();
    }
    ready.addLast(whole);
  }

  /** Both as one, where both are dropped and follow each other; else the second. */
  private static StreamAnswer joined(StreamAnswer first, StreamAnswer second) {
    return first instanceof Dropped a
            && second instanceof Dropped b
            && a.number() + a.count() == b.number()
        ? new Dropped(a.number(), a.count() + b.count())
        : second;
  }

  private static long count(StreamAnswer answer) {
    return answer instanceof Dropped dropped ? dropped.count() : 1;
  }

  /** There will be so many requests, and no more. */
  synchronized void end(long requests) {
    end = requests;
    notifyAll();
  }

  /** The next answer; waits for it. Null when the stream has ended and all were taken. */
  synchronized @Nullable StreamAnswer take() throws InterruptedException {
    while (ready.isEmpty()) {
      if (next >= end) {
        return null;
      }
      wait();
    }
    return ready.removeFirst();
  }
}
