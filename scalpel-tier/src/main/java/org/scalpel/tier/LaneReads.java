package org.scalpel.tier;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.util.UncheckedBooleanSupplier;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets the socket of a {@link Lane} be read straight into the tensor whose bytes come next. A
 * connection that is no lane reads as ever.
 */
final class LaneReads implements RecvByteBufAllocator {
  // Headers and small messages; what a large tensor brings along here is copied.
  private static final int ORDINARY = 16 * 1024;

  private final RecvByteBufAllocator ordinary = new AdaptiveRecvByteBufAllocator();
  private @Nullable Supplier<ByteBuffer> wanted;
  private @Nullable ByteBuf given;

  /** From now on the connection is a lane; on its thread. */
  void follow(Supplier<ByteBuffer> memory) {
    wanted = memory;
  }

  /** Whether this buffer is the tensor's own memory. */
  @SuppressWarnings("ReferenceEquality") // the very buffer
  boolean gave(ByteBuf buffer) {
    return buffer == given;
  }

  @Override
  @SuppressWarnings("deprecation") // the signature is its parent's
  public Handle newHandle() {
    return new Direct(ordinary.newHandle());
  }

  private final class Direct extends DelegatingHandle implements ExtendedHandle {
    @SuppressWarnings("deprecation") // the signature is its parent's
    Direct(Handle ordinary) {
      super(ordinary);
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator memory) {
      Supplier<ByteBuffer> source = wanted;
      if (source == null) {
        return super.allocate(memory);
      }
      ByteBuffer target = source.get();
      if (!target.hasRemaining()) {
        given = null;
        return memory.ioBuffer(ORDINARY);
      }
      ByteBuf direct = Unpooled.wrappedBuffer(target).clear();
      given = direct;
      return direct;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return delegate() instanceof ExtendedHandle extended
          ? extended.continueReading(maybeMore)
          : delegate().continueReading();
    }
  }
}
