using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;

namespace Logist.Cli;

/// <summary>
/// A job in SUCCESS as its manifest tells it: checked like any other (hash, chain of the whole journal), but not folded. Folding
/// ten thousand steps takes five times as long as everything else that a status does.
/// </summary>
/// <param name="Manifest">The whole document.</param>
internal sealed record FinishedJob(JobLayout Layout, ReadOnlyMemory<byte> Manifest)
{
    /// <summary>How many of its steps are out of date. It stands before the phases, so that little is read.</summary>
    public int StaleSteps
    {
        get
        {
            var json = new Utf8JsonReader(Manifest.Span);
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1 && json.ValueTextEquals("steps_stale"u8))
                {
                    return json.Read() ? json.GetInt32() : 0;
                }
            }

            return 0;
        }
    }

    /// <returns>Null: it is not done, or its journal goes on where the manifest ends.</returns>
    /// <exception cref="JobStateException">Corrupt: manifest or journal.</exception>
    public static FinishedJob? TryRead(Session session, JobId id)
    {
        var header = session.Store.LoadManifest(id, out var document);
        if (header.Status != JobStatus.Success.Text())
        {
            return null;
        }

        var end = session.Store.VerifyChain(id, header.Journal.Offset);
        return end == header.Journal ? new FinishedJob(session.LayoutOf(id), document) : null;
    }
}
