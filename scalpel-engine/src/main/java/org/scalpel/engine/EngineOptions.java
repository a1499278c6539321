package org.scalpel.engine;

/**
 * How an engine runs its sessions.
 *
 * @param threads that work on one request, at least 1
 * @param level how far the runtime optimises
 * @param spinning whether idle threads of the runtime spin: a little faster alone, harmful where
 *     sessions share cores
 */
public record EngineOptions(int threads, OptimizationLevel level, boolean spinning) {
  /** One thread, everything optimised, no spinning. */
  public static final EngineOptions DEFAULT = new EngineOptions(1, OptimizationLevel.ALL, false);

  private static final int MAX_THREADS = 1024;

  /** Checks the number of threads. */
  public EngineOptions {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new EngineException("threads is " + threads + "; expected 1 to " + MAX_THREADS);
    }
  }

  /** The same options with this number of threads. */
  public EngineOptions withThreads(int count) {
    return new EngineOptions(count, level, spinning);
  }

  /** The same options at another level. */
  public EngineOptions withLevel(OptimizationLevel other) {
    return new EngineOptions(threads, other, spinning);
  }
}
