package org.scalpel.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The root command. Only the verb that is called for is loaded; the others are known by name and
 * summary, which keeps {@code --help} quick.
 */
final class CommandTree {
  private static final String COMPLETION = "generate-completion";
  private static final int USAGE_WIDTH = 100;

  @Command(
      name = "scalpel",
      versionProvider = Version.class,
      description =
          "Runs a neural network across device, edge and cloud: measures, plans with a proof, cuts, runs.",
      synopsisSubcommandLabel = "VERB",
      commandListHeading = "%nVerbs:%n",
      optionListHeading = "%nOptions:%n",
      footerHeading = "%nExamples:%n",
      footer = {
        "  scalpel demo",
        "  scalpel inspect model.onnx --html graph.html",
        "  scalpel plan --problem problem.json --explain",
        "",
        "Every verb has --help. Exit codes: 0 done, 1 internal fault, 2 bad usage or input,",
        "3 no plan satisfies the constraints, 4 a tier or link could not be reached."
      })
  @SuppressWarnings("unused") // picocli reads the fields
  private static final class Root {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help.")
    private boolean help;

    @Option(
        names = {"-V", "--version"},
        versionHelp = true,
        description = "Show the version.")
    private boolean version;
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "scalpel " + BuildInfo.version(), "Java " + Runtime.version() + ", " + BuildInfo.platform()
      };
    }
  }

  private CommandTree() {}

  static CommandLine of(String[] args) {
    CommandLine root = new CommandLine(new Root());
    Set<String> called = new HashSet<>(Arrays.asList(args));
    boolean all = called.contains(COMPLETION);
    for (VerbProvider.Entry entry : entries()) {
      if (entry.isBelow()) {
        attach(root, entry);
        continue;
      }
      boolean wanted = all || called.contains(entry.name());
      CommandLine verb = new CommandLine(wanted ? entry.verb().get() : stub(entry));
      verb.getCommandSpec().usageMessage().description(entry.summary());
      root.addSubcommand(entry.name(), verb);
    }
    CommandLine completion = new CommandLine(new AutoComplete.GenerateCompletion());
    completion.getCommandSpec().usageMessage().hidden(!all);
    root.addSubcommand(COMPLETION, completion);
    requireKnown(root, args);
    style(root, args);
    return root;
  }

  /** Puts a verb of two words below the verb that is the first one, where that is called for. */
  private static void attach(CommandLine root, VerbProvider.Entry entry) {
    CommandLine above = root.getSubcommands().get(entry.parent());
    if (above != null && above.getCommandSpec().userObject() instanceof Verb) {
      CommandLine verb = new CommandLine(entry.verb().get());
      verb.getCommandSpec().usageMessage().description(entry.summary());
      above.addSubcommand(entry.child(), verb);
    }
  }

  /** Without this, {@code scalpel plam --help} would show the main help as if all were well. */
  private static void requireKnown(CommandLine root, String[] args) {
    Arrays.stream(args)
        .filter(word -> !word.startsWith("-"))
        .findFirst()
        .filter(verb -> !root.getSubcommands().containsKey(verb))
        .ifPresent(
            verb -> {
              throw new UserException(
                  "unknown verb '" + verb + "'; expected one of " + names(root));
            });
  }

  private static String names(CommandLine root) {
    return root.getSubcommands().keySet().stream()
        .filter(name -> !name.equals(COMPLETION))
        .collect(Collectors.joining(", "));
  }

  private static List<VerbProvider.Entry> entries() {
    List<VerbProvider.Entry> entries = new ArrayList<>(new BuiltInVerbs().verbs());
    ServiceLoader.load(VerbProvider.class).forEach(provider -> entries.addAll(provider.verbs()));
    return entries;
  }

  private static CommandSpec stub(VerbProvider.Entry entry) {
    return CommandSpec.create().name(entry.name());
  }

  private static void style(CommandLine root, String[] args) {
    root.setUsageHelpWidth(USAGE_WIDTH);
    root.setUsageHelpLongOptionsMaxWidth(40);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setOverwrittenOptionsAllowed(false);
    root.setParameterExceptionHandler(CommandTree::badUsage);
    root.setExecutionExceptionHandler(CommandTree::fault);
    root.getSubcommands().values().forEach(CommandTree::headings);
    root.registerConverter(OptionalDouble.class, CommandTree::number);
    if (ConfigDefaults.isAskedFor(args)) {
      root.setDefaultValueProvider(new ConfigDefaults(args, root.getSubcommands().keySet()));
    }
  }

  private static OptionalDouble number(String text) {
    try {
      return OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException fault) {
      throw new TypeConversionException("'" + text + "' is not a number");
    }
  }

  private static void headings(CommandLine verb) {
    var usage = verb.getCommandSpec().usageMessage();
    usage.width(USAGE_WIDTH);
    usage.sortOptions(false);
    usage.abbreviateSynopsis(true);
    usage.parameterListHeading("%nArguments:%n");
    usage.optionListHeading("%nOptions:%n");
    if (usage.footer().length > 0) {
      usage.footerHeading("%nExamples:%n");
    }
    verb.getSubcommands().values().forEach(CommandTree::headings);
  }

  private static int badUsage(ParameterException fault, String[] args) {
    CommandLine verb = fault.getCommandLine();
    PrintWriter err = verb.getErr();
    String text =
        Optional.ofNullable(fault.getCause())
            .filter(cause -> Faults.exitCode(cause) != Verb.BUG)
            .map(Faults::line)
            .orElseGet(() -> words(fault.getMessage()));
    String name = verb.getCommandSpec().qualifiedName(" ");
    err.println(name + ": " + text + maybe(fault) + ". See " + name + " --help");
    return 2;
  }

  /** The parser says "option" twice where a value is no pair. */
  private static String words(@Nullable String text) {
    return Faults.firstLine(text).replace("for option option", "for option");
  }

  private static String maybe(ParameterException fault) {
    if (fault instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty() && !near.get(0).isEmpty()) {
        return ". Maybe " + near.get(0);
      }
    }
    return "";
  }

  private static int fault(Exception fault, CommandLine verb, CommandLine.ParseResult parsed) {
    if (fault instanceof ParameterException usage) {
      return badUsage(usage, new String[0]);
    }
    PrintWriter err = verb.getErr();
    err.println("scalpel: " + Faults.line(fault));
    CommandLine.ParseResult called = parsed;
    while (called.hasSubcommand()) {
      called = called.subcommand();
    }
    if (called.hasMatchedOption("--verbose")) {
      fault.printStackTrace(err);
    }
    return Faults.exitCode(fault);
  }
}
