"""A stranger's client: Debian's grpcio and protobuf, the schema as the server's reflection tells it."""

import struct
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

SERVICE = "inference.GRPCInferenceService"


def field(number, payload):
    return bytes([number << 3 | 2]) + bytes([len(payload)]) + payload


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    """Every length-delimited field of a message, by its number."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        assert tag & 7 in (0, 2), "only what a reflection answer has"
        value, at = varint(data, at)
        if tag & 7 == 2:
            yield tag >> 3, data[at : at + value]
            at += value


def schema(channel):
    """The schema, asked of the server: file_containing_symbol is field 4, the answer's files as well."""
    ask = channel.stream_stream(
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        request_serializer=lambda raw: raw,
        response_deserializer=lambda raw: raw,
    )
    answer = next(ask(iter([field(4, SERVICE.encode())]), timeout=20))
    pool = descriptor_pool.DescriptorPool()
    for number, files in fields(answer):
        if number == 4:
            for one, file in fields(files):
                if one == 1:
                    pool.Add(descriptor_pb2.FileDescriptorProto.FromString(file))
    return pool


def main(address):
    channel = grpc.insecure_channel(address)
    pool = schema(channel)
    factory = message_factory.MessageFactory(pool)

    def kind(name):
        return factory.GetPrototype(pool.FindMessageTypeByName("inference." + name))

    def call(method, request, answer):
        return channel.unary_unary(
            "/%s/%s" % (SERVICE, method),
            request_serializer=lambda m: m.SerializeToString(),
            response_deserializer=kind(answer).FromString,
        )(request, timeout=20)

    assert call("ServerReady", kind("ServerReadyRequest")(), "ServerReadyResponse").ready
    config = call("ModelConfig", kind("ModelConfigRequest")(name="wide"), "ModelConfigResponse").config
    assert config.max_batch_size == 0 and list(config.input[0].dims) == [1, 8], config

    values = [-1.0, 2.0, -3.0, 4.0, -5.0, 6.0, -7.0, 8.0]
    raw = kind("ModelInferRequest")(model_name="wide", id="py")
    raw.inputs.add(name="x", datatype="FP32", shape=[1, 8])
    typed = kind("ModelInferRequest")()
    typed.CopyFrom(raw)
    raw.raw_input_contents.append(struct.pack("<8f", *values))
    typed.inputs[0].contents.fp32_contents.extend(values)
    for request in raw, typed:
        answer = call("ModelInfer", request, "ModelInferResponse")
        assert answer.id == "py"
        got = struct.unpack("<8f", answer.raw_output_contents[0])
        assert list(got) == [abs(v) for v in values], got

    stream = channel.stream_stream(
        "/%s/ModelStreamInfer" % SERVICE,
        request_serializer=lambda m: m.SerializeToString(),
        response_deserializer=kind("ModelStreamInferResponse").FromString,
    )
    answers = list(stream(iter([raw] * 20), timeout=20))
    assert len(answers) == 20 and not any(a.error_message for a in answers)

    load = kind("RepositoryModelLoadRequest")(model_name="wide")
    call("RepositoryModelLoad", load, "RepositoryModelLoadResponse")
    try:
        call("ModelInfer", kind("ModelInferRequest")(model_name="nobody"), "ModelInferResponse")
        raise AssertionError("an unknown model was not refused")
    except grpc.RpcError as e:
        assert e.code() == grpc.StatusCode.NOT_FOUND, e
        assert e.details().startswith("Request for unknown model: 'nobody' is not found"), e
    print("python is content")


main(sys.argv[1])
