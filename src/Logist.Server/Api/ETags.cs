using Microsoft.AspNetCore.Http;

namespace Logist.Server.Api;

/// <summary>Which state of a job an answer is about: the number of its last event.</summary>
internal static class ETags
{
    public static string Of(long seq) => Requests.ETag(seq);

    /// <summary>Names the state in the answer.</summary>
    /// <returns>The whole answer, where the caller has that state already; else null.</returns>
    public static IResult? Unchanged(HttpContext http, string etag)
    {
        http.Response.Headers.ETag = etag;
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Tag == etag || known.Tag == "*")
            ? Results.StatusCode(StatusCodes.Status304NotModified) : null;
    }
}
