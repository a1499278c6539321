package org.scalpel.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of this process, on stderr. */
final class Logs {
  private static final String OURS = "org.scalpel";

  /** What lines look like. */
  enum Format {
    TEXT,
    JSON
  }

  private Logs() {}

  /** With JSON every event of ours is told, in text warnings only. */
  static void use(Format format) {
    if (format == Format.TEXT
        || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    Lines lines = new Lines();
    lines.setContext(context);
    lines.start();
    context
        .getLogger(Logger.ROOT_LOGGER_NAME)
        .iteratorForAppenders()
        .forEachRemaining(
            appender -> {
              if (appender instanceof OutputStreamAppender<ILoggingEvent> out) {
                out.setEncoder(lines);
              }
            });
    context.getLogger(OURS).setLevel(Level.INFO);
  }

  /** One object on one line: time, level, message, and the event's own fields beside them. */
  static final class Lines extends EncoderBase<ILoggingEvent> {
    @Override
    public byte[] headerBytes() {
      return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
      return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
      ObjectNode line = Json.object();
      line.put("time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
      line.put("level", event.getLevel().toString().toLowerCase(java.util.Locale.ROOT));
      line.put("logger", event.getLoggerName());
      line.put("message", event.getFormattedMessage());
      if (event.getKeyValuePairs() != null) {
        event.getKeyValuePairs().forEach(pair -> put(line, pair.key, pair.value));
      }
      if (event.getThrowableProxy() != null) {
        line.put(
            "error",
            event.getThrowableProxy().getClassName()
                + ": "
                + event.getThrowableProxy().getMessage());
      }
      return (Json.compact(line) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void put(ObjectNode line, String key, Object value) {
      if (value instanceof Double number && Double.isFinite(number)) {
        line.put(key, number);
      } else if (value instanceof Long || value instanceof Integer) {
        line.put(key, ((Number) value).longValue());
      } else if (value instanceof Boolean flag) {
        line.put(key, flag);
      } else {
        line.put(key, String.valueOf(value));
      }
    }
  }
}
