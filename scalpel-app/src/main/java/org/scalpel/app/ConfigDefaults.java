package org.scalpel.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options that the command line does not give, from a YAML file: verb → option (without its dashes)
 * → value. Sections of other verbs are ignored, a wrong option of this verb is refused. A file with
 * a {@code schema} is a deployment ({@link org.scalpel.live.ScalpelConfig}): it names tiers, not
 * options, and gives no defaults.
 */
final class ConfigDefaults implements IDefaultValueProvider {
  private static final String OPTION = "--config";

  private final Path file;
  private final JsonNode document;

  /**
   * Reads the file that the words name.
   *
   * @param verbs that a section may be about
   */
  ConfigDefaults(String[] args, Set<String> verbs) {
    this.file = Path.of(value(args));
    this.document = Json.readYaml(file);
    if (!document.isObject()) {
      throw new UserException(file + ": expected a map of verb → option → value");
    }
    if (!isDeployment(document)) {
      document.fieldNames().forEachRemaining(name -> requireVerb(name, verbs));
    }
  }

  private void requireVerb(String name, Set<String> verbs) {
    if (!verbs.contains(name)) {
      throw new UserException(
          "%s: %s: is no verb; expected sections of verbs, or a deployment with a schema"
              .formatted(file, name));
    }
  }

  static boolean isDeployment(JsonNode document) {
    return document.has("schema");
  }

  static boolean isAskedFor(String[] args) {
    return !value(args).isEmpty();
  }

  private static String value(String[] args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].startsWith(OPTION + "=")) {
        return args[i].substring(OPTION.length() + 1);
      }
      if (args[i].equals(OPTION) && i + 1 < args.length) {
        return args[i + 1];
      }
    }
    return "";
  }

  @Override
  public @Nullable String defaultValue(ArgSpec arg) {
    if (isDeployment(document)) {
      return null;
    }
    CommandSpec verb = arg.command();
    JsonNode section = document.path(verb.name());
    check(verb, section);
    if (!(arg instanceof OptionSpec option)) {
      return null;
    }
    JsonNode value = section.path(option.longestName().replaceFirst("^-+", ""));
    if (value.isMissingNode()) {
      return null;
    }
    return text(value);
  }

  /** Lists and maps become what the command line would have: a,b and k=v,k=w. */
  private static String text(JsonNode value) {
    List<String> parts = new ArrayList<>();
    if (value.isObject()) {
      value
          .properties()
          .forEach(entry -> parts.add(entry.getKey() + "=" + entry.getValue().asText()));
    } else if (value.isArray()) {
      value.forEach(item -> parts.add(item.asText()));
    } else {
      return value.asText();
    }
    return String.join(",", parts);
  }

  private void check(CommandSpec verb, JsonNode section) {
    if (section.isMissingNode()) {
      return;
    }
    if (!section.isObject()) {
      throw new UserException(file + ": " + verb.name() + ": expected a map of option → value");
    }
    List<String> known = new ArrayList<>();
    verb.options().forEach(option -> known.add(option.longestName().replaceFirst("^-+", "")));
    section
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw new UserException(
                    file + ": " + verb.name() + "." + name + ": expected one of " + known);
              }
            });
  }
}
