package org.scalpel.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.scalpel.graph.OnnxModel.Value;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * A session of the runtime. Inputs are native tensors over the caller's buffers; outputs whose
 * shape is known beforehand are written by the runtime straight into buffers of the {@link
 * BufferPool}, the others are copied out.
 */
final class NativeSession implements Session {
  private final String label;
  private final OrtSession session;
  private final SessionSignature signature;
  private final BufferPool pool;
  private final Watchdog watchdog;
  private final ReadWriteLock life = new ReentrantReadWriteLock();
  private volatile boolean pinning = true;
  private boolean closed;

  NativeSession(String label, OrtSession session, SessionSignature signature, Watchdog watchdog) {
    this.label = label;
    this.session = session;
    this.signature = signature;
    this.watchdog = watchdog;
    this.pool = new BufferPool();
  }

  @Override
  public List<Value> inputs() {
    return signature.inputs();
  }

  @Override
  public List<Value> outputs() {
    return signature.outputs();
  }

  @Override
  public Map<String, TensorData> run(Map<String, TensorData> inputs) {
    return guarded(inputs, null);
  }

  @Override
  public Map<String, TensorData> run(Map<String, TensorData> inputs, Cancellation cancellation) {
    try (RunOptions options = new RunOptions();
        Watchdog.Watch watch = watchdog.watch(cancellation, options)) {
      if (watch.isCancelled()) {
        throw new EngineException(label + ": run was cancelled before it began");
      }
      return guarded(inputs, options);
    } catch (OrtException e) {
      throw NativeRuntime.failure(label, "run options failed", e);
    } catch (EngineException e) {
      throw cancellation.isCancelled() && e.getCause() instanceof OrtException
          ? new EngineException(label + ": run was cancelled", e)
          : e;
    }
  }

  @Override
  public void recycle(Map<String, TensorData> outputs) {
    outputs.values().forEach(pool::give);
  }

  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } catch (OrtException e) {
      throw NativeRuntime.failure(label, "closing the session failed", e);
    } finally {
      life.writeLock().unlock();
    }
  }

  private Map<String, TensorData> guarded(
      Map<String, TensorData> inputs, @Nullable RunOptions options) {
    life.readLock().lock();
    try (NativeTensors natives = NativeTensors.inputs(signature, inputs)) {
      if (closed) {
        throw new EngineException(label + ": the session is closed");
      }
      return execute(natives, options);
    } catch (OrtException e) {
      throw NativeRuntime.failure(label, "run failed", e);
    } finally {
      life.readLock().unlock();
    }
  }

  /**
   * A model may declare a shape that it does not keep: then it loses its pinned outputs for good.
   */
  private Map<String, TensorData> execute(NativeTensors natives, @Nullable RunOptions options)
      throws OrtException {
    if (!pinning) {
      return call(natives, Map.of(), options);
    }
    Map<String, TensorData> pinned = new HashMap<>();
    for (Value output : signature.outputs()) {
      if (signature.pinnable(output)) {
        pinned.put(output.name(), pool.take(output.fact()));
      }
    }
    try {
      return call(natives, pinned, options);
    } catch (OrtException e) {
      if (!String.valueOf(e.getMessage()).contains("shape")) {
        throw e;
      }
      Map<String, TensorData> answer = call(natives, Map.of(), options);
      pinning = false;
      return answer;
    }
  }

  private Map<String, TensorData> call(
      NativeTensors natives, Map<String, TensorData> pinned, @Nullable RunOptions options)
      throws OrtException {
    Set<String> loose = new LinkedHashSet<>();
    try (NativeTensors targets = new NativeTensors()) {
      for (Value output : signature.outputs()) {
        TensorData target = pinned.get(output.name());
        if (target == null) {
          loose.add(output.name());
        } else {
          targets.put(output.name(), target);
        }
      }
      try (OrtSession.Result result =
          options == null
              ? session.run(natives.byName(), loose, targets.byName())
              : session.run(natives.byName(), loose, targets.byName(), options)) {
        return answer(result, pinned);
      }
    }
  }

  private Map<String, TensorData> answer(OrtSession.Result result, Map<String, TensorData> pinned) {
    Map<String, TensorData> answer = new LinkedHashMap<>();
    for (Value output : signature.outputs()) {
      TensorData written = pinned.get(output.name());
      answer.put(output.name(), written != null ? written : copy(output, result));
    }
    return Collections.unmodifiableMap(answer);
  }

  private TensorData copy(Value output, OrtSession.Result result) {
    OnnxValue value = result.get(output.name()).orElseThrow();
    if (value instanceof OnnxTensor tensor) {
      TensorFact fact = TensorTypes.fact(tensor.getInfo()).orElseThrow();
      return TensorTypes.copyOut(tensor, fact);
    }
    throw new EngineException(
        label + ": output '" + output.name() + "' is a " + value.getType() + "; expected a tensor");
  }
}
