package org.scalpel.tier;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who calls a tier, by the name that they give in a header: what comes in from each of them tells
 * what their links carry. A caller without a name is served like any other and not measured.
 */
final class Callers extends ServerStreamTracer.Factory {
  static final Metadata.Key<String> NAME =
      Metadata.Key.of("scalpel-caller", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<Intake> INTAKE = Context.key("scalpel-intake");
  private static final int MOST = 1024;
  private static final int LONGEST = 64;

  private final Map<String, Intake> intakes =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Intake> eldest) {
          return size() > MOST;
        }
      };

  /** The intake of the caller that is served just now; an idle one for a caller without a name. */
  static Intake current() {
    Intake intake = INTAKE.get();
    return intake == null ? new Intake() : intake;
  }

  /** Times what comes from a caller on a lane. */
  MessageTimer timer(@Nullable CharSequence name) {
    return new MessageTimer(
        name == null || name.length() > LONGEST ? new Intake() : of(name.toString()));
  }

  private Intake of(String name) {
    synchronized (intakes) {
      return intakes.computeIfAbsent(name, n -> new Intake());
    }
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    String name = headers.get(NAME);
    if (name == null || name.length() > LONGEST) {
      return new ServerStreamTracer() {};
    }
    Intake intake = of(name);
    MessageTimer timer = new MessageTimer(intake);
    return new ServerStreamTracer() {
      @Override
      public Context filterContext(Context context) {
        return context.withValue(INTAKE, intake);
      }

      @Override
      public void inboundMessage(int number) {
        timer.message();
      }

      @Override
      public void inboundWireSize(long bytes) {
        timer.bytes(bytes);
      }
    };
  }
}
