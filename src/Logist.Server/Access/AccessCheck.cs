using Logist.Core;
using Logist.Server.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Logist.Server.Access;

/// <summary>
/// Before anything else looks at a request: it was meant for this server (Host), comes from our own page or from no page (Origin),
/// knows the token, and has a body that no form of a foreign page could have sent.
/// </summary>
internal sealed class AccessCheck(RequestDelegate next, ServerOrigins origins, Token token, ServeOptions options)
{
    public const string Cookie = "logist_session";

    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        SecurityHeaders.Set(http.Response.Headers);
        if (!origins.IsOurHost(request.Host.Value))
        {
            return Problems.WriteAsync(http, new Problem(ErrorKind.BadRequest, "this server does not answer to that Host",
                "a page of somebody else may have resolved its own name to this machine"));
        }

        if (!IsPlain(http))
        {
            return Problems.WriteAsync(http, new Problem(ErrorKind.BadRequest, "a path has no escapes, dots or backslashes",
                "every id and every address of this server is written without"));
        }

        if (IsFromElsewhere(request))
        {
            return Problems.WriteAsync(http, new Problem(ErrorKind.ForeignOrigin, "pages of another origin may not ask this server"));
        }

        if (IsPage(request.Path) || (HttpMethods.IsPost(request.Method) && request.Path == SessionEndpoints.Path))
        {
            return CheckedBodyAsync(http);
        }

        return IsAuthorised(request) ? AuthorisedAsync(http) : Problems.WriteAsync(http, new Problem(ErrorKind.NotAuthorised,
            "the token is missing or wrong", null, "open the link that logist serve printed",
            "or send the token of server.json as Authorization: Bearer …"));
    }

    private Task AuthorisedAsync(HttpContext http) =>
        options.ReadOnly && IsUnsafe(http.Request.Method) && http.Request.Path != SessionEndpoints.Path && !IsPlan(http.Request.Path)
            ? Problems.WriteAsync(http, new Problem(ErrorKind.ReadOnly, "this server only shows", null,
                "start logist serve without --read-only"))
            : CheckedBodyAsync(http);

    private Task CheckedBodyAsync(HttpContext http)
    {
        var request = http.Request;
        if (IsUnsafe(request.Method) && (request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0)
            && (request.Headers.ContentEncoding.Count > 0 || !IsJson(request.ContentType)))
        {
            return Problems.WriteAsync(http, new Problem(ErrorKind.NotJson, "a body is JSON, uncompressed",
                null, "send Content-Type: application/json"));
        }

        return next(http);
    }

    /// <summary>What was sent is what is looked at: nothing was decoded, and no step up was taken, between the two.</summary>
    private static bool IsPlain(HttpContext http) =>
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0] == http.Request.Path.Value;

    private bool IsAuthorised(HttpRequest request)
    {
        if (request.Headers.Authorization is [{ } header])
        {
            return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && token.Is(header["Bearer ".Length..].Trim());
        }

        return request.Cookies[Cookie] is { } session && token.IsSession(session);
    }

    private bool IsFromElsewhere(HttpRequest request)
    {
        var headers = request.Headers;
        if (headers.Origin.Count > 0 && !origins.IsOurOrigin(headers.Origin))
        {
            return true;
        }

        // Links from elsewhere may open the page; nothing of the API.
        return headers["Sec-Fetch-Site"] is [{ } site] && site is not ("same-origin" or "none") && !IsPage(request.Path);
    }

    private static bool IsPage(PathString path) => path == "/" || path.StartsWithSegments("/ui", StringComparison.Ordinal);

    private static bool IsPlan(PathString path) => path.Value?.EndsWith("/rerun-plans", StringComparison.Ordinal) == true;

    private static bool IsUnsafe(string method) =>
        !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method));

    private static bool IsJson(string? contentType) =>
        System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type)
        && "application/json".Equals(type.MediaType, StringComparison.OrdinalIgnoreCase)
        && type.CharSet?.Trim('"') is null or "utf-8" or "UTF-8";
}
