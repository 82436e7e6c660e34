using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine.Requests;
using Logist.Views;

namespace Logist.Cli;

/// <summary>What a person asks of a job: checked like every command, carried out from anywhere, and visible in the manifest at
/// once.</summary>
internal static class Request
{
    /// <returns>The job afterwards.</returns>
    /// <exception cref="LogistException">The refusal; damaged files; UnknownJob.</exception>
    public static async Task<JobState> CarryOutAsync(Session session, JobId id, Func<JobState, JobCommand> request, CancellationToken ct)
    {
        _ = await Drive.SettledAsync(session, await OpenedJob.ReadAsync(session, id, ct), ct);
        return (await PersonsRequest.CarryOutAsync(Drive.Services(session), id, request, ct)).State;
    }

    /// <summary>One line for people, or with <c>--json</c> how the job stands now.</summary>
    public static void Tell(Session session, JobState job, string text, Action<Utf8JsonWriter>? more = null)
    {
        if (!session.Globals.Json)
        {
            session.Terminal.WriteLines([SafeText.Escape(text)]);
            return;
        }

        session.Terminal.WriteJson(json =>
        {
            json.WriteStartObject();
            json.WriteString("schema", "logist.result/v1");
            json.WriteString("job_id", job.Id);
            json.WriteString("status", job.Status.Text());
            json.WriteString("reason", job.Reason);
            json.WriteStartArray("next");
            foreach (var command in Advice.Next(job))
            {
                json.WriteStringValue(command);
            }

            json.WriteEndArray();
            more?.Invoke(json);
            json.WriteEndObject();
        });
    }
}
