using Logist.Core;
using Logist.Engine;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Logist.Server.Api;

/// <summary>Whatever went wrong as problem+json: the catalogue, the sentences and the advice of the command line.</summary>
internal static class Problems
{
    public static Task WriteAsync(HttpContext http, Problem problem) =>
        WriteAsync(http, problem, []);

    /// <summary>The last resort of every endpoint; details of the unexpected go to a file, never to the caller.</summary>
    public static async Task WriteAsync(HttpContext http, Exception? exception, EngineServices services)
    {
        switch (exception)
        {
            case OperationCanceledException when http.RequestAborted.IsCancellationRequested:
                break;
            case LogistException { Problem: var problem }:
                await WriteAsync(http, problem, (exception as InvalidRequestException)?.Errors ?? []);
                break;
            case BadHttpRequestException { StatusCode: var status } bad:
                await WriteAsync(http, new Problem(KindOf(status), bad.Message));
                break;
            case IOException or UnauthorizedAccessException:
                await WriteAsync(http, new Problem(ErrorKind.Storage, exception.Message));
                break;
            case null:
                break;
            default:
                var (file, why) = ErrorLog.Write(services.LogDirectory, services.Time, exception);
                await WriteAsync(http, new Problem(ErrorKind.Internal, $"internal error: {exception.GetType().Name}",
                    file is null ? $"no details: {why}" : $"details: {file}"));
                break;
        }
    }

    /// <summary>For what the framework refuses by itself: no such route, a method that the route does not have.</summary>
    public static Task WriteStatusAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var kind = KindOf(http.Response.StatusCode);
        return WriteAsync(http, new Problem(kind, $"{http.Request.Method} {http.Request.Path}: {kind.Title}", null,
            "see /openapi/v1.json"));
    }

    private static ErrorKind KindOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => ErrorKind.BadRequest,
        StatusCodes.Status404NotFound => ErrorKind.NotFound,
        StatusCodes.Status413PayloadTooLarge => ErrorKind.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => ErrorKind.NotJson,
        _ => ErrorKind.BadRequest with { Http = status, Title = ReasonPhrases.GetReasonPhrase(status) },
    };

    private static async Task WriteAsync(HttpContext http, Problem problem, IReadOnlyList<FieldError> errors)
    {
        var kind = problem.Kind;
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = kind.Http;
        http.Response.ContentType = "application/problem+json";
        if (kind == ErrorKind.NotAuthorised)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        var document = new ProblemDocument($"urn:logist:problem:{kind.Code}", kind.Title, kind.Http,
            problem.Why is null ? problem.What : $"{problem.What}: {problem.Why}", kind.Code, problem.Fix, errors);
        await System.Text.Json.JsonSerializer.SerializeAsync(http.Response.Body, document, ApiJson.Api.ProblemDocument,
            http.RequestAborted);
    }
}

/// <summary>A request that can be read and cannot be meant: which members, and why.</summary>
internal sealed class InvalidRequestException(Problem problem, params FieldError[] errors) : LogistException(problem)
{
    public IReadOnlyList<FieldError> Errors { get; } = errors;

    public static InvalidRequestException Of(params FieldError[] errors) =>
        new(new Problem(ErrorKind.Usage, string.Join("; ", errors.Select(error => error.Detail))), errors);
}

/// <param name="Pointer">RFC 6901, into the body.</param>
internal sealed record FieldError(string Pointer, string Detail);

/// <summary>RFC 9457.</summary>
internal sealed record ProblemDocument(string Type, string Title, int Status, string Detail,
    [OneOf(Words.ErrorCode)] string Code, IReadOnlyList<string> Fix, IReadOnlyList<FieldError> Errors);
