namespace Logist.Stores;

/// <summary>What the manifest tells without its details. Only <c>ManifestFile.Load</c> fills <see cref="Journal"/>.</summary>
public sealed record ManifestHeader
{
    public required string JobId { get; init; }

    /// <summary>Upper case, as in the manifest.</summary>
    public required string Status { get; init; }

    public string? Reason { get; init; }

    public string? Description { get; init; }

    public string? CurrentPhase { get; init; }

    public string? ActiveAgent { get; init; }

    public string? ActiveRole { get; init; }

    /// <summary>Steps per status.</summary>
    public IReadOnlyDictionary<string, int> PhaseCounts { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Null when unknown, or when <c>metrics</c> comes after <c>phases</c>.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>Null when <c>updated_at</c> comes after <c>phases</c>.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Null when unknown, as <see cref="CostUsd"/>.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary>Null when <c>created_at</c> comes after <c>phases</c>.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The current run; null where an earlier version wrote the manifest.</summary>
    public string? RunId { get; init; }

    /// <summary>Who wants nothing to start until the job is run; null: nobody.</summary>
    public string? HeldBy { get; init; }

    /// <summary>Who had the current run made; null where an earlier version wrote the manifest.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>A letter per step; null when there are too many.</summary>
    public string? PhaseStrip { get; init; }

    /// <summary>How far into the journal the manifest goes.</summary>
    public JournalPosition Journal { get; init; } = new(0, 0, 0);
}
