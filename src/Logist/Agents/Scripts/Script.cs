namespace Logist.Agents.Scripts;

/// <summary>A script as it was read: actions for every call, then sections of which the first that matches is played.</summary>
internal sealed record Script(IReadOnlyList<ScriptAction> Common, IReadOnlyList<ScriptSection> Sections)
{
    public ScriptSection? Choose(ScriptContext context)
    {
        foreach (var section in Sections)
        {
            if (section.Matches(context))
            {
                return section;
            }
        }

        return null;
    }
}

/// <param name="Line">From 1.</param>
/// <param name="Text">The rest of the line where the verb takes one, escapes resolved.</param>
internal sealed record ScriptAction(int Line, string Verb, IReadOnlyList<string> Words, string? Text);

/// <summary>No conditions: <c>otherwise:</c>, matches always.</summary>
internal sealed record ScriptSection(IReadOnlyList<ScriptCondition> Conditions, List<ScriptAction> Actions)
{
    public bool Matches(ScriptContext context)
    {
        foreach (var condition in Conditions)
        {
            if (!condition.Holds(context))
            {
                return false;
            }
        }

        return true;
    }
}

/// <param name="Name">step, role, attempt or round.</param>
/// <param name="Operator">= != and, for numbers, &lt; &lt;= &gt; &gt;=.</param>
/// <param name="Values">Alternatives, of which one has to fit.</param>
internal sealed record ScriptCondition(string Name, string Operator, IReadOnlyList<string> Values)
{
    public bool Holds(ScriptContext context)
    {
        switch (Name)
        {
            case "step":
                return Operator == "=" == Contains(context.Step);
            case "role":
                return Operator == "=" == Contains(context.Role);
        }

        var number = Name == "attempt" ? context.Attempt : context.Round;
        if (Operator is "=" or "!=")
        {
            return Operator == "=" == Contains(number.ToString());
        }

        var limit = int.Parse(Values[0]);
        return Operator switch
        {
            "<" => number < limit,
            "<=" => number <= limit,
            ">" => number > limit,
            _ => number >= limit,
        };
    }

    private bool Contains(string value)
    {
        foreach (var candidate in Values)
        {
            if (candidate == value)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Which call a script is played for.</summary>
internal sealed record ScriptContext(string Job, int Run, string Step, int Attempt, string Role, int Round)
{
    public bool IsWorker => Role == "worker";

    /// <summary>Replaces <c>{step}</c>, <c>{attempt}</c>, <c>{run}</c>, <c>{job}</c>, <c>{role}</c> and <c>{round}</c>.</summary>
    public string Fill(string text) => !text.Contains('{', StringComparison.Ordinal)
        ? text
        : text.Replace("{step}", Step, StringComparison.Ordinal)
            .Replace("{attempt}", Attempt.ToString(), StringComparison.Ordinal)
            .Replace("{run}", Run.ToString(), StringComparison.Ordinal)
            .Replace("{job}", Job, StringComparison.Ordinal)
            .Replace("{role}", Role, StringComparison.Ordinal)
            .Replace("{round}", Round.ToString(), StringComparison.Ordinal);
}
