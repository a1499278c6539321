package org.scalpel.app;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;
import org.scalpel.codec.CodecException;
import org.scalpel.cost.ProfileException;
import org.scalpel.engine.EngineException;
import org.scalpel.graph.ModelException;
import org.scalpel.learn.LearnException;
import org.scalpel.plan.InfeasibleException;
import org.scalpel.plan.ProblemException;
import org.scalpel.testbed.TestbedException;
import org.scalpel.tier.TierException;

/** Faults as users see them: the one place that maps them to exit codes and to one line each. */
final class Faults {
  private static final int BAD_INPUT = 2;
  private static final int NO_PLAN = 3;

  /** A tier or a link could not be reached. */
  static final int UNREACHABLE = 4;

  private Faults() {}

  /** The exit code of the contract. */
  static int exitCode(Throwable fault) {
    if (fault instanceof InfeasibleException) {
      return NO_PLAN;
    }
    if (fault instanceof TierException tier) {
      return tier.kind().exitCode();
    }
    boolean badInput =
        fault instanceof UserException
            || fault instanceof ModelException
            || fault instanceof EngineException
            || fault instanceof ProfileException
            || fault instanceof LearnException
            || fault instanceof ProblemException
            || fault instanceof CodecException
            || fault instanceof TestbedException
            || fault instanceof IOException;
    return badInput ? BAD_INPUT : Verb.BUG;
  }

  /** One line for a user. */
  static String line(Throwable fault) {
    String text = fault instanceof IOException io ? reason(io) : firstLine(fault.getMessage());
    if (exitCode(fault) == Verb.BUG) {
      return "internal fault: "
          + fault.getClass().getSimpleName()
          + ": "
          + text
          + ". Maybe run it again with -v and report the stack trace.";
    }
    return text;
  }

  /** Why a file operation failed, in words. */
  static String reason(IOException fault) {
    if (fault instanceof NoSuchFileException) {
      return "no such file";
    }
    if (fault instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (fault instanceof FileAlreadyExistsException || fault instanceof NotDirectoryException) {
      return "a file is where a folder was expected";
    }
    return firstLine(fault.getMessage());
  }

  /** Messages of libraries may run over lines; users get the first. */
  static String firstLine(@Nullable String text) {
    return text == null || text.isBlank()
        ? "no message"
        : text.strip().lines().findFirst().orElse("");
  }
}
