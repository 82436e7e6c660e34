using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Tests.Jobs;

/// <summary>A job's state as text, found by reflection, so that a new member is compared without anybody thinking of it.</summary>
internal static class StateDump
{
    private static readonly ConcurrentDictionary<Type, MemberInfo[]> Members = new();

    public static string Of(RunState run)
    {
        var text = new StringBuilder();
        Write(text, run, 0);
        return text.ToString();
    }

    public static string Of(JobState state)
    {
        var text = new StringBuilder();
        Write(text, state, 0);
        foreach (var run in state.Runs)
        {
            text.AppendJoin(' ', Enum.GetValues<TaskStatus>().Select(run.Count)).AppendLine();
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value, int depth)
    {
        depth.ShouldBeLessThan(12);
        switch (value)
        {
            case null:
                text.Append('-');
                break;
            case WorkflowDefinition workflow:
                text.Append(workflow.Name);
                break;
            case string or ValueType:
                text.Append(value);
                break;
            case IEnumerable list:
                text.Append('[');
                foreach (var item in list)
                {
                    Write(text, item, depth + 1);
                    text.Append(',');
                }

                text.Append(']');
                break;
            default:
                text.Append('{');
                foreach (var member in Members.GetOrAdd(value.GetType(), Find))
                {
                    text.Append(member.Name).Append('=');
                    Write(text, member is PropertyInfo p ? p.GetValue(value) : ((FieldInfo)member).GetValue(value), depth + 1);
                    text.Append('\n');
                }

                text.Append('}');
                break;
        }
    }

    // Private fields hold what decides later (command ids, tasks, counters); properties are computed from them.
    private static MemberInfo[] Find(Type type) => typeof(JobState).Assembly == type.Assembly
        ? [.. type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)]
        : [.. type.GetProperties().Where(p => p.GetIndexParameters().Length == 0)];
}
