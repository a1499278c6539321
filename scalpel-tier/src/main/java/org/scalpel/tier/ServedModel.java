package org.scalpel.tier;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.scalpel.engine.Session;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorFact;

/**
 * A whole model that a tier holds under a name. It can be unloaded and loaded again while requests
 * are in flight: they finish on the session that they began with.
 */
final class ServedModel {
  private final Supplier<Session> opener;
  private final Map<String, Preprocessing.Fit> fits;
  private final Map<String, TensorFact> inputs;
  private final Map<String, TensorFact> outputs;
  private final UsualTime usual = new UsualTime();
  private @Nullable Lease current;

  /** Loaded already; {@code opener} makes further sessions of the same model. */
  ServedModel(OnnxModel model, Session first, Supplier<Session> opener) {
    this.opener = opener;
    this.fits = InputImages.fits(model);
    this.inputs = Repository.facts(first.inputs());
    this.outputs = Repository.facts(first.outputs());
    this.current = new Lease(first);
  }

  /** A session that stays open while it is held. */
  static final class Lease {
    private final Session session;
    // Users, plus one while it is not unloaded.
    private final AtomicInteger holds = new AtomicInteger(1);

    private Lease(Session session) {
      this.session = session;
    }

    Session session() {
      return session;
    }

    void release() {
      if (holds.decrementAndGet() == 0) {
        session.close();
      }
    }
  }

  /** How pictures of other sizes are brought to the inputs. */
  Map<String, Preprocessing.Fit> fits() {
    return fits;
  }

  Map<String, TensorFact> inputs() {
    return inputs;
  }

  Map<String, TensorFact> outputs() {
    return outputs;
  }

  /** What a run takes. */
  UsualTime usual() {
    return usual;
  }

  /** The session, to be released; empty while the model is unloaded. */
  synchronized Optional<Lease> hold() {
    Lease lease = current;
    if (lease != null) {
      lease.holds.incrementAndGet();
    }
    return Optional.ofNullable(lease);
  }

  synchronized boolean loaded() {
    return current != null;
  }

  /** Opens it unless it is open. */
  synchronized void load() {
    if (current == null) {
      current = new Lease(opener.get());
    }
  }

  /** Closes it as soon as no request uses it. */
  void unload() {
    Lease old;
    synchronized (this) {
      old = current;
      current = null;
    }
    if (old != null) {
      old.release();
    }
  }
}
