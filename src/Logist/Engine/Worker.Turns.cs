using System.Security.Cryptography;
using Logist.Agents;
using Logist.Core.Jobs;

namespace Logist.Engine;

/// <summary>
/// The worker of one attempt is one process, with two exceptions: where the session to be resumed is gone, a fresh one does the work;
/// and an answer that cannot be used is asked for once more, in the same session. Which turn comes next follows from what the logs of
/// the earlier ones say, so that an owner that was killed in between decides the same again.
/// </summary>
public sealed partial class Worker
{
    private const int MaxTurns = 3;

    /// <summary>The next turn's call, or null where the outcome stands.</summary>
    private static AgentCall? NextTurn(AgentCall call, AgentOutcome outcome, List<AgentOutcome> earlier)
    {
        if (outcome is not AgentOutcome.Failed failed || call.Turn >= MaxTurns)
        {
            return null;
        }

        if (failed.SessionLost && call.Turn == 1 && OwnText(call.PromptFile) is { } prompt)
        {
            return call with { Turn = 2, Prompt = prompt, Session = null };
        }

        return failed is { Session: { } session, Failure.Category: FailureCategory.InvalidResponse or FailureCategory.EvidenceMissing }
            && earlier.TrueForAll(o => o is AgentOutcome.Failed { SessionLost: true })
            ? call with { Turn = call.Turn + 1, Prompt = RepairPrompt.For(failed.Failure), Session = session } : null;
    }

    /// <summary>Judges the turns of one worker, the last of them <paramref name="last"/>; beside the loop.</summary>
    /// <param name="last">With the session that the attempt resumed, and what was spent in that before.</param>
    private static (AgentOutcome Outcome, List<AgentOutcome> Earlier) Judge(ResolvedAgent agent, Finished last)
    {
        var (session, spent) = (last.Resumed, last.SpentBefore);
        var earlier = new List<AgentOutcome>();
        for (var turn = 1; turn < last.Turn; turn++)
        {
            var before = agent.Agent.Judge(last with
            {
                Turn = turn, Resumed = session, SpentBefore = spent,
                ExitCode = 0, Signal = null, Reason = EndReason.Exited, Detail = null,
                OutputLog = AgentFiles.Log(AgentRole.Worker, last.AttemptDirectory, turn),

                // Its answer is kept with the attempt; one in the working directory is the last turn's.
                WorkingDirectory = last.AttemptDirectory,
            });
            earlier.Add(before);
            session = before.Session;
            spent = session is null ? null : Usage.Sum(spent, before.Usage);
        }

        var outcome = agent.Agent.Judge(last with { Resumed = session, SpentBefore = spent });

        // A repair that did not even find its session says nothing of the work: what was wrong with the answer does.
        return outcome is AgentOutcome.Failed { SessionLost: true } lost
            && earlier is [.., AgentOutcome.Failed { SessionLost: false, Failure: var failure }]
            ? (lost with { Failure = failure }, earlier) : (outcome, earlier);
    }

    /// <summary>Prepares another turn where one follows; beside the loop.</summary>
    /// <returns>What to do on the loop's thread when another turn follows; null: the outcome stands.</returns>
    private Action? GoOnInSession(Flight flight, AgentCall call, ProcessEnd end, AgentOutcome outcome, List<AgentOutcome> earlier)
    {
        if (end.Reason != EndReason.Exited || NextTurn(call, outcome, earlier) is not { } next
            || Prepare(flight.Worker!, next) is not Preparation.Ready { Invocation: var invocation })
        {
            return null;
        }

        return () =>
        {
            if (flight.Wish != StopWish.None)
            {
                Harvest(flight, end with { Reason = flight.Wish == StopWish.Cancel ? EndReason.Canceled : EndReason.Interrupted });
                return;
            }

            flight.Before.Add(flight.Execution!);
            flight.BeforeMs += end.DurationMs;
            (flight.Turn, flight.Session, flight.Phase) = (next.Turn, next.Session, FlightPhase.Working);
            Send(flight, AgentRequest(flight, invocation, flight.Worker!, AgentRole.Worker, flight.Place));
        };
    }

    /// <summary>Who did it and what it cost, of all turns together; beside the loop.</summary>
    private WorkResult MadeBy(WorkResult result, ResolvedAgent agent, AgentCall call, AgentOutcome outcome,
        IReadOnlyList<AgentOutcome> earlier)
    {
        var usage = outcome.Usage;
        foreach (var before in earlier)
        {
            usage = Usage.Sum(before.Usage, usage);
        }

        var model = outcome.Model ?? call.Model;
        if (usage is { CostUsd: null } && _services.Prices.CostOf(model, usage) is { } cost)
        {
            usage = usage with { CostUsd = cost, Estimated = true };
        }

        return result with
        {
            Provider = agent.Definition.Provider, Model = model, Version = outcome.Version ?? VersionAsync(agent).GetAwaiter().GetResult(),
            PromptHash = HashOf(AgentFiles.Prompt(call.Role, call.AttemptDirectory)), Session = outcome.Session, Usage = usage,
        };
    }

    private static string? HashOf(string promptFile) => OwnText(promptFile) is { } text
        ? $"sha256:{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))}" : null;

    private static string? OwnText(string file) => Files.OwnFiles.TryReadText(file, int.MaxValue);
}
