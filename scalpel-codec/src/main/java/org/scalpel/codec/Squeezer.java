package org.scalpel.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/** A general compressor, for one tensor: made, used and closed by one thread. */
interface Squeezer extends AutoCloseable {
  /** The most that {@code length} bytes can become. */
  int bound(int length);

  /** Compresses {@code length} bytes into a target with room for {@link #bound}. */
  int squeeze(byte[] source, int length, byte[] target);

  /**
   * Decompresses exactly {@code length} bytes; never writes more.
   *
   * @throws CodecException unless that is what the source holds
   */
  void expand(byte[] source, int sourceLength, byte[] target, int length);

  @Override
  void close();

  /** Zstandard at its quick end. */
  final class Zstandard implements Squeezer {
    private static final int LEVEL = 1;
    private final ZstdCompressCtx compress = new ZstdCompressCtx().setLevel(LEVEL);
    private final ZstdDecompressCtx decompress = new ZstdDecompressCtx();

    @Override
    public int bound(int length) {
      return (int) Zstd.compressBound(length);
    }

    @Override
    public int squeeze(byte[] source, int length, byte[] target) {
      return compress.compressByteArray(target, 0, target.length, source, 0, length);
    }

    @Override
    public void expand(byte[] source, int sourceLength, byte[] target, int length) {
      try {
        int found = decompress.decompressByteArray(target, 0, length, source, 0, sourceLength);
        Squeezer.checkLength(found, length);
      } catch (ZstdException e) {
        throw new CodecException("tensor: not what zstd makes: " + e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      compress.close();
      decompress.close();
    }
  }

  /** LZ4, for links that are nearly as fast as memory. */
  final class Lz4 implements Squeezer {
    private static final LZ4Factory FACTORY = LZ4Factory.fastestInstance();

    @Override
    public int bound(int length) {
      return FACTORY.fastCompressor().maxCompressedLength(length);
    }

    @Override
    public int squeeze(byte[] source, int length, byte[] target) {
      return FACTORY.fastCompressor().compress(source, 0, length, target, 0, target.length);
    }

    @Override
    public void expand(byte[] source, int sourceLength, byte[] target, int length) {
      try {
        int found =
            FACTORY.safeDecompressor().decompress(source, 0, sourceLength, target, 0, length);
        Squeezer.checkLength(found, length);
      } catch (LZ4Exception e) {
        throw new CodecException("tensor: not what lz4 makes: " + e.getMessage(), e);
      }
    }

    @Override
    public void close() {}
  }

  private static void checkLength(int found, int expected) {
    if (found != expected) {
      throw new CodecException(
          "tensor: a part of %d bytes, expected %d".formatted(found, expected));
    }
  }
}
