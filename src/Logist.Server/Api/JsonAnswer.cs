using System.Buffers;
using System.Text.Json;
using Logist.Views;
using Microsoft.AspNetCore.Http;

namespace Logist.Server.Api;

/// <summary>Documents that the command line writes, too.</summary>
internal static class JsonAnswer
{
    public static IResult Of(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonText.Encoder }))
        {
            write(json);
        }

        return new Bytes(buffer.WrittenMemory, status);
    }

    public static IResult Of(ReadOnlyMemory<byte> document) => new Bytes(document, StatusCodes.Status200OK);

    private sealed class Bytes(ReadOnlyMemory<byte> content, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            return httpContext.Response.Body.WriteAsync(content, httpContext.RequestAborted).AsTask();
        }
    }
}
