using System.Globalization;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Server.Logs;
using Logist.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Logist.Server.Api;

/// <summary>Where the lines of a log begin.</summary>
/// <param name="Size">Bytes so far.</param>
/// <param name="Lines">The last one may be incomplete.</param>
/// <param name="Offsets">Of line 0, <paramref name="Every"/>, 2 × <paramref name="Every"/> …</param>
/// <param name="Complete">Nothing more comes.</param>
/// <param name="FirstErrorLine">The first that looks like an error, counted from 0; null: none.</param>
/// <param name="Stderr">Which bytes came from stderr, the first 10,000 parts; null: text was made of what was printed.</param>
internal sealed record LogIndex(long Size, long Lines, int Every, IReadOnlyList<long> Offsets, bool Complete,
    long? FirstErrorLine, IReadOnlyList<ByteRange>? Stderr);

/// <param name="To">The byte behind the last one.</param>
internal sealed record ByteRange(long From, long To);

/// <summary>
/// What an attempt printed, by ranges of bytes: raw from its files, or an agent's events as readable text. Text is what was printed,
/// escape sequences included; whoever shows it has to take care.
/// </summary>
internal static class AttemptLogEndpoints
{
    private const int Usual = 256 << 10, Most = 4 << 20, Chunk = 64 << 10, MostErrors = 10_000;

    private sealed record Source(AttemptId Id, LogPart Part, bool IsOver, LogKey Key, Func<LogText> NewText)
    {
        public RenderedLog Render(ApiServices services) => new(Path.Combine(services.Options.Home, "cache"), NewText);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/attempts/{attempt}/log", ReadAsync)
            .Described("getLog", "A range of what it printed; X-Log-Size, X-Log-From and X-Log-Complete say which, and whether more comes")
            .Produces<string>(contentType: "text/plain").Produces<string>(StatusCodes.Status206PartialContent, "text/plain")
            .Refuses(StatusCodes.Status416RangeNotSatisfiable);
        api.MapGet("/attempts/{attempt}/log/index", IndexAsync)
            .Described("getLogIndex", "Where its lines begin, and the first that looks like an error")
            .Produces<LogIndex>();
    }

    private static async Task ReadAsync(string attempt, HttpContext http, ApiServices services, string? part,
        [OneOf(Words.LogFormat)] string? format, long? from,
        int? limit, bool? download)
    {
        var source = await FindAsync(http, services, attempt, part, format);
        var first = Query.Number("from", from, 0, long.MaxValue, 0);
        var count = Query.Number("limit", limit, 1, Most, download == true ? long.MaxValue : Usual);
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers["X-Log-Complete"] = source.IsOver ? "true" : "false";
        http.Response.Headers.AcceptRanges = "bytes";
        if (download == true)
        {
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"{source.Id}-{source.Part.Name}.log\"";
        }

        var asked = from is null && limit is null;
        if (source.Key.Rendered)
        {
            long Size(RenderedLog log)
            {
                log.Update(source.Part.Logs, source.IsOver);
                return log.Index.Size;
            }

            var size = services.Logs.Use(source.Key, () => source.Render(services), Size);
            await SendAsync(http, size, Slice(http, size, first, count, asked), (at, into) => services.Logs.Use(source.Key,
                () => source.Render(services), log => Size(log) > at ? log.Read(at, into) : 0));
        }
        else
        {
            using var log = new RawLog(source.Part.Logs);
            await SendAsync(http, log.Size, Slice(http, log.Size, first, count, asked), (at, into) => log.Read(at, into.Span));
        }
    }

    private static async Task<IResult> IndexAsync(string attempt, HttpContext http, ApiServices services, string? part,
        [OneOf(Words.LogFormat)] string? format)
    {
        var source = await FindAsync(http, services, attempt, part, format);
        return Results.Json(services.Logs.Use(source.Key, () => source.Key.Rendered ? source.Render(services) : (FollowedLog)new RawLines(),
            log =>
            {
                log.Update(source.Part.Logs, source.IsOver);
                return new LogIndex(log.Index.Size, log.Index.Lines, LineIndex.Every, [.. log.Index.Offsets], log.IsComplete,
                    log.Index.FirstError, source.Key.Rendered ? null : Errors(source.Part.Logs));
            }), ApiJson.Api.LogIndex);
    }

    /// <summary>The files of a part stand one after another in what is read.</summary>
    private static List<ByteRange> Errors(IReadOnlyList<AttemptLog> logs)
    {
        var (ranges, before) = (new List<ByteRange>(), 0L);
        foreach (var log in logs)
        {
            foreach (var (from, to) in log.Errors())
            {
                if (ranges.Count > 0 && ranges[^1].To == before + from)
                {
                    ranges[^1] = ranges[^1] with { To = before + to };
                }
                else if (ranges.Count < MostErrors)
                {
                    ranges.Add(new ByteRange(before + from, before + to));
                }
            }

            using var file = new RawLog([log]);
            before += file.Size;
        }

        return ranges;
    }

    private static Task<Source> FindAsync(HttpContext http, ApiServices services, string attempt, string? part, string? format)
    {
        var id = ApiIds.Attempt(attempt);
        var name = Query.Text(part) ?? LogPart.Worker;
        var rendered = Query.Word("format", format, Words.All[Words.LogFormat]) != "raw";
        if (!LogPart.IsName(name))
        {
            throw Query.Wrong("part", $"\"{name}\" is not a part of a log: worker, review, check-1 …");
        }

        return AttemptEndpoints.FindAsync(http, services, id, (_, found, layout) =>
        {
            // Before the files are looked at: what is printed after that belongs to the next answer.
            var isOver = found.Attempt.Status != AttemptStatus.Running || (name == LogPart.Worker && found.Attempt.WorkerFinished);
            LogText NewText() => LogText.For(found, name, () => services.Options.Config().Agents);
            var printed = LogPart.Of(layout.Attempt(id)).FirstOrDefault(one => one.Name == name) ?? new LogPart(name, []);
            return new Source(id, printed, isOver,
                new LogKey(id, name, rendered && !NewText().IsPlain, name == LogPart.Review ? found.Attempt.ReviewFailures : 0), NewText);
        });
    }

    /// <summary>Which bytes are sent, by the parameters or, where there are none, by the header.</summary>
    /// <returns>Null: there are none such.</returns>
    private static (long From, long Count)? Slice(HttpContext http, long size, long from, long most, bool mayAskByHeader)
    {
        if (!mayAskByHeader || http.Request.GetTypedHeaders().Range is not { Ranges: { Count: 1 } ranges })
        {
            return (Math.Min(from, size), Math.Min(most, Math.Max(0, size - from)));
        }

        var range = ranges.First();
        var first = range.From ?? Math.Max(0, size - range.To!.Value);
        var last = range.From is null ? size - 1 : Math.Min(range.To ?? size - 1, size - 1);
        http.Response.StatusCode = StatusCodes.Status206PartialContent;
        http.Response.GetTypedHeaders().ContentRange = first <= last ? new ContentRangeHeaderValue(first, last, size)
            : new ContentRangeHeaderValue(size);
        return first <= last ? (first, last - first + 1) : null;
    }

    private static async Task SendAsync(HttpContext http, long size, (long From, long Count)? slice, Func<long, Memory<byte>, int> read)
    {
        http.Response.Headers["X-Log-Size"] = size.ToString(CultureInfo.InvariantCulture);
        if (slice is not var (from, count))
        {
            http.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            http.Response.ContentType = null;
            return;
        }

        http.Response.Headers["X-Log-From"] = from.ToString(CultureInfo.InvariantCulture);
        http.Response.ContentLength = count;
        var buffer = new byte[Math.Min(Chunk, count)];
        for (var at = from; at < from + count;)
        {
            var length = read(at, buffer.AsMemory(0, (int)Math.Min(buffer.Length, from + count - at)));
            if (length == 0)
            {
                // Somebody cut it short: better no answer than one that looks whole.
                http.Abort();
                return;
            }

            await http.Response.Body.WriteAsync(buffer.AsMemory(0, length), http.RequestAborted);
            at += length;
        }
    }
}
