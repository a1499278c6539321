/**
 * The running system. A tier is an Open Inference Protocol server ({@link
 * org.scalpel.tier.TierServer}) that also holds models and runs its segments of plans; the device
 * ({@link org.scalpel.tier.DeviceTier}) runs its own in process and sends the crossing tensors on.
 *
 * <pre>
 *   request → InferHandlers (wire) → InferCalls (checks) → ChainRunner → ComputePool → Session
 *                                                             └─ Connection → next tier
 *   InferMarshaller, MessageReader: tensors between the wire and direct memory
 *   Lane (ClientLane → LaneDoor → ServerLane): the hot path between tiers, gRPC without gRPC's layers
 *   Pulse (near end) ◀─ heartbeat ─ Heartbeats (far end): who is silent is lost within a second
 *   ControlService → TierNode: ModelStore (by content), PlanCache (prepared segments)
 * </pre>
 *
 * <p>It decides nothing: what runs where is a {@link org.scalpel.tier.Deployment}, made by the
 * planner. It never compares the clocks of two machines; answers carry durations. How to talk to a
 * tier from elsewhere is in {@code docs/protocol.md}. Read {@code ChainRunner} first.
 */
@NullMarked
package org.scalpel.tier;

import org.jspecify.annotations.NullMarked;
