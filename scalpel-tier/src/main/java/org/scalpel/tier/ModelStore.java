package org.scalpel.tier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.scalpel.control.ModelRef;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.OnnxModel;
import org.scalpel.tier.TierException.Kind;

/**
 * The models that a tier holds, by content.
 *
 * <pre>
 *   blobs/&lt;sha256&gt;              complete, checked
 *   blobs/&lt;sha256&gt;.&lt;tier&gt;.part  an upload so far
 *   views/&lt;sha256&gt;/…             a model file with the names of its external data, as links
 * </pre>
 *
 * <p>Tiers of one machine may share a folder: blobs appear by renaming, parts are each tier's own.
 */
final class ModelStore {
  private static final Pattern SHA = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
  private static final int MOST_PARTS = 16;
  private static final int MOST_EXTERNALS = 4096;
  private static final int MOST_VIEWS = 1024;
  private static final long STALLED_NS = TimeUnit.SECONDS.toNanos(15);

  private final String tier;
  private final Path blobs;
  private final Path views;
  private final TierConfig.Limits limits;
  private final AtomicLong taken = new AtomicLong();
  private final Map<String, Upload> uploading = new ConcurrentHashMap<>();
  private final Map<String, FileTime> checked = new ConcurrentHashMap<>();

  ModelStore(TierConfig config) {
    this.tier = config.name();
    this.limits = config.limits();
    this.blobs = limits.store().resolve("blobs");
    this.views = limits.store().resolve("views");
    try {
      Files.createDirectories(blobs);
      Files.createDirectories(views);
    } catch (IOException e) {
      throw new TierException(
          Kind.INVALID,
          "the model store " + limits.store() + " cannot be made: " + e.getMessage(),
          e);
    }
  }

  /** Refuses anything but a digest: the only part of a message that becomes a file name. */
  static String checkSha(String sha256) {
    if (!SHA.matcher(sha256).matches()) {
      throw Refusal.invalid("a blob is named by 64 lower-case hex digits of its SHA-256");
    }
    return sha256;
  }

  boolean complete(String sha256) {
    return Files.isRegularFile(blob(sha256), LinkOption.NOFOLLOW_LINKS);
  }

  /** The bytes that are there: all of a complete blob, or an upload so far. */
  long held(String sha256) {
    try {
      if (complete(sha256)) {
        return Files.size(blob(sha256));
      }
      Path part = part(sha256);
      return Files.exists(part) ? Files.size(part) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes that uploads have brought since the start. */
  long taken() {
    return taken.get();
  }

  long bytes() {
    try (Stream<Path> files = Files.list(blobs)) {
      long total = 0;
      for (Path file : files.toList()) {
        total += Files.size(file);
      }
      return total;
    } catch (IOException e) {
      return 0;
    }
  }

  private Path blob(String sha256) {
    return blobs.resolve(checkSha(sha256));
  }

  private Path part(String sha256) {
    return blobs.resolve(checkSha(sha256) + "." + tier + ".part");
  }

  /** Begins or continues an upload. */
  Upload upload(String sha256, long size, long offset) {
    checkSha(sha256);
    if (size < 1 || size > limits.modelBytes()) {
      throw Refusal.of(
          io.grpc.Status.Code.RESOURCE_EXHAUSTED,
          "a blob of " + size + " bytes is refused; this tier takes 1 to " + limits.modelBytes());
    }
    long heldNow = held(sha256);
    if (offset < 0 || offset > heldNow || offset > size) {
      throw Refusal.of(
          io.grpc.Status.Code.OUT_OF_RANGE,
          "the upload begins at " + offset + "; " + heldNow + " bytes are held");
    }
    clearParts(sha256, size - heldNow);
    if (bytes() - heldNow + size > limits.storeBytes()) {
      throw Refusal.of(
          io.grpc.Status.Code.RESOURCE_EXHAUSTED,
          "the model store is full: " + limits.storeBytes() + " bytes are allowed");
    }
    try {
      return begin(sha256, size, offset);
    } catch (IOException e) {
      throw Refusal.of(
          io.grpc.Status.Code.INTERNAL, "the model store cannot be written: " + e.getMessage());
    }
  }

  private synchronized Upload begin(String sha256, long size, long offset) throws IOException {
    Upload other = uploading.get(sha256);
    if (other != null && !other.stalled()) {
      throw Refusal.of(io.grpc.Status.Code.ABORTED, "somebody uploads this blob at the moment");
    }
    if (other != null) {
      // Its sender was cut off and comes again before the transport has noticed.
      other.close();
    }
    Path begun = part(sha256);
    if (offset > (Files.exists(begun) ? Files.size(begun) : 0)) {
      // What was held when this caller asked has become the blob itself, or was thrown away.
      throw Refusal.of(io.grpc.Status.Code.ABORTED, "somebody has just uploaded this blob");
    }
    Upload upload = new Upload(sha256, size, offset);
    uploading.put(sha256, upload);
    return upload;
  }

  /** Uploads that broke off and were never continued make room, the oldest first. */
  private synchronized void clearParts(String wanted, long more) {
    try (Stream<Path> files = Files.list(blobs)) {
      String own = "." + tier + ".part";
      List<Path> parts = new ArrayList<>();
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        String sha = name.substring(0, Math.max(0, name.length() - own.length()));
        if (name.endsWith(own) && !sha.equals(wanted) && !uploading.containsKey(sha)) {
          parts.add(file);
        }
      }
      parts.sort(Comparator.comparingLong(p -> p.toFile().lastModified()));
      for (Path oldest : parts) {
        if (parts.indexOf(oldest) < parts.size() - MOST_PARTS
            || bytes() + more > limits.storeBytes()) {
          Files.deleteIfExists(oldest);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One blob on its way in. */
  final class Upload implements AutoCloseable {
    private final String sha256;
    private final long size;
    private final FileChannel file;
    private final MessageDigest sum = Sha256.fresh();
    private volatile long writtenAt = System.nanoTime();
    private long position;

    private Upload(String sha256, long size, long offset) throws IOException {
      this.sha256 = sha256;
      this.size = size;
      this.position = offset;
      this.file =
          FileChannel.open(part(sha256), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      file.truncate(offset);
      Sha256.update(sum, part(sha256));
    }

    boolean stalled() {
      return System.nanoTime() - writtenAt > STALLED_NS;
    }

    void write(ByteBuffer data) throws IOException {
      if (data.remaining() > size - position) {
        throw Refusal.invalid(
            "the upload is longer than the " + size + " bytes that were announced");
      }
      writtenAt = System.nanoTime();
      sum.update(data.duplicate());
      while (data.hasRemaining()) {
        int count = file.write(data, position);
        position += count;
        taken.addAndGet(count);
      }
    }

    long position() {
      return position;
    }

    /** Checks the digest when everything is there; what does not match is thrown away. */
    boolean finish() throws IOException {
      if (position < size) {
        return false;
      }
      file.force(true);
      file.close();
      String actual = Sha256.hex(sum.digest());
      if (!actual.equals(sha256)) {
        Files.delete(part(sha256));
        throw Refusal.invalid("the upload has SHA-256 " + actual + "; announced was " + sha256);
      }
      Files.move(
          part(sha256),
          blob(sha256),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      return true;
    }

    @Override
    public void close() {
      uploading.remove(sha256, this);
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The model, checked against its digest; missing blobs are named. */
  OnnxModel load(ModelRef ref) {
    String main = checkSha(ref.getBlobSha256());
    require(main);
    if (ref.getExternalsCount() > MOST_EXTERNALS) {
      throw Refusal.invalid(
          ref.getExternalsCount() + " files of external data; expected at most " + MOST_EXTERNALS);
    }
    for (ModelRef.External external : ref.getExternalsList()) {
      require(checkSha(external.getSha256()));
    }
    try {
      Path folder = views.resolve(viewName(ref));
      makeView(folder);
      for (ModelRef.External external : ref.getExternalsList()) {
        link(folder, external.getLocation(), external.getSha256());
      }
      Path file = folder.resolve(Deployment.modelName(ref.getName()) + ".onnx");
      if (!Files.exists(file)) {
        link(folder, file.getFileName().toString(), main);
      }
      check(main);
      for (ModelRef.External external : ref.getExternalsList()) {
        check(external.getSha256());
      }
      return OnnxModel.read(file);
    } catch (IOException e) {
      throw Refusal.of(
          io.grpc.Status.Code.INTERNAL, "the model store cannot be used: " + e.getMessage());
    }
  }

  /** Views are only links; the oldest go when a peer makes ever new ones. */
  private synchronized void makeView(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> all = Files.list(views)) {
      List<Path> oldest = new ArrayList<>(all.toList());
      oldest.sort(Comparator.comparingLong(p -> p.toFile().lastModified()));
      for (Path view : oldest.subList(0, Math.max(0, oldest.size() - MOST_VIEWS))) {
        remove(view);
      }
    }
    Files.createDirectories(folder);
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Reads a blob once after every change of its file: what lies on a disk may rot. */
  private void check(String sha256) throws IOException {
    Path blob = blob(sha256);
    FileTime written = Files.getLastModifiedTime(blob);
    if (written.equals(checked.get(sha256))) {
      return;
    }
    if (!Sha256.digest(blob).equals(sha256)) {
      throw new ModelException(
          "blob " + sha256 + " of the model store is damaged. Maybe delete it");
    }
    checked.keySet().removeIf(other -> !complete(other));
    checked.put(sha256, written);
  }

  private static String viewName(ModelRef ref) {
    StringBuilder all = new StringBuilder(ref.getBlobSha256());
    ref.getExternalsList()
        .forEach(e -> all.append('\n').append(e.getSha256()).append(e.getLocation()));
    return Sha256.hex(
        Sha256.fresh().digest(all.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  private void require(String sha256) {
    if (!complete(sha256)) {
      throw Refusal.of(
          io.grpc.Status.Code.FAILED_PRECONDITION, "blob " + sha256 + " on tier '" + tier + "'");
    }
  }

  /** Locations stand inside the model file; only plain names below its own view are followed. */
  private void link(Path folder, String location, String sha256) throws IOException {
    String[] names = location.split("/", -1);
    for (String name : names) {
      if (names.length > 4 || !NAME.matcher(name).matches()) {
        throw Refusal.invalid(
            "external data at '" + location + "' is refused; expected plain names");
      }
    }
    Path target = folder.resolve(location);
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.createLink(target, blob(sha256));
    } catch (FileAlreadyExistsException e) {
      // Another tier of this machine was quicker.
      return;
    } catch (UnsupportedOperationException | IOException e) {
      Path beside = Files.createTempFile(folder, "copy", ".tmp");
      Files.copy(blob(sha256), beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
