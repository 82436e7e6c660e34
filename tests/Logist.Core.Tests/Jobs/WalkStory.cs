using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Tests.Jobs;

/// <summary>What happened, for whoever has to understand it.</summary>
internal sealed partial class Walk
{
    public string Story => string.Join('\n', _workflow.Steps.Select(Text)
        .Concat(_journal.Select((e, i) => e is JobEvent.RunCreated ? "" : $"{i + 1,4} {Brief(e)}"))
        .Append($"status {_state.Status}, reason {_state.Reason}, at {_now:T}"));

    private static string Text(StepDefinition s) =>
        $"{s.Id} needs [{string.Join(' ', s.Needs)}] {(s.IsAgent ? "agent" : s.IsGateOnly ? "gate" : "command")}"
        + $" review {s.Review?.Rounds} checks {s.Checks.Count} gated {s.Approval is not null} {s.Workspace}"
        + $" attempts {s.Retry.MaxAttempts} {s.InterruptPolicy}";

    private static string Brief(JobEvent happened) => happened.GetType().Name + " " + string.Join(' ', happened.GetType().GetProperties()
        .Where(p => p.Name is not ("Run" or "Place" or "Input" or "Tree" or "Message"))
        .Select(p => p.GetValue(happened) switch
        {
            Stamp by => $"{by.At:HH:mm:ss} {by.CommandId}",
            WorkResult result => $"cost {result.Usage?.CostUsd}",
            Usage usage => $"cost {usage.CostUsd}",
            Failure failure => failure.Category,
            DateTimeOffset at => $"{at:HH:mm:ss}",
            var value => value?.ToString(),
        }).Where(text => !string.IsNullOrEmpty(text)));
}
