package org.scalpel.tier;

import io.grpc.MethodDescriptor;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelStreamInferResponse;

/**
 * The two calls that carry tensors, as the protocol defines them but with our marshaller.
 *
 * @param requests of both calls
 * @param answers on a stream
 */
record Methods(
    MethodDescriptor<InferMessage<ModelInferRequest>, InferMessage<ModelInferResponse>> infer,
    MethodDescriptor<InferMessage<ModelInferRequest>, InferMessage<ModelStreamInferResponse>>
        stream,
    InferMarshaller<ModelInferRequest> requests,
    InferMarshaller<ModelStreamInferResponse> answers) {

  static Methods of(int messageBytes) {
    InferMarshaller<ModelInferRequest> request = InferMarshaller.requests(messageBytes);
    InferMarshaller<ModelStreamInferResponse> answer = InferMarshaller.streamed(messageBytes);
    return new Methods(
        GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder(
                request, InferMarshaller.responses(messageBytes))
            .build(),
        GRPCInferenceServiceGrpc.getModelStreamInferMethod().toBuilder(request, answer).build(),
        request,
        answer);
  }
}
