using System.Text;
using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>A workflow as a picture.</summary>
public static class WorkflowGraph
{
    public static readonly IReadOnlyList<string> Formats = ["text", "mermaid", "dot"];

    /// <param name="workflow">Compiled, so without circles.</param>
    /// <param name="format"><c>text</c>, <c>mermaid</c> or <c>dot</c>.</param>
    /// <exception cref="LogistException">Usage: another format.</exception>
    public static string Render(WorkflowDefinition workflow, string format) => format switch
    {
        "text" => Text(workflow),
        "mermaid" => Mermaid(workflow),
        "dot" => Dot(workflow),
        _ => throw new LogistException(ErrorKind.Usage, $"unknown format {Node.Quote(format)}", DidYouMean.Hint(format, Formats),
            "--format text|mermaid|dot"),
    };

    // By layers, not by indentation: a chain of a thousand steps stays at the left edge, and what stands together may run together.
    private static string Text(WorkflowDefinition workflow)
    {
        var layers = Layers(workflow);
        var text = new StringBuilder($"{workflow.Name}: {Count(workflow.Steps.Count, "step")} in {Count(layers.Count, "layer")}\n");
        var (numbers, ids) = (workflow.Steps.Count.ToString().Length, workflow.Steps.Max(step => step.Id.Length));
        foreach (var layer in layers)
        {
            for (var i = 0; i < layer.Count; i++)
            {
                var step = workflow.Steps[layer[i]];
                var edge = layer.Count == 1 ? '─' : i == 0 ? '┬' : i == layer.Count - 1 ? '└' : '├';
                var number = (layer[i] + 1).ToString().PadLeft(numbers);
                var does = Does(step);
                var needs = step.Needs.Count == 0 ? "" : $"   needs {string.Join(", ", step.Needs)}";
                _ = text.Append($"  {edge} {number} {step.Id.PadRight(ids)}  {does}{needs}".TrimEnd()).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Mermaid(WorkflowDefinition workflow)
    {
        var text = new StringBuilder("flowchart TD\n");
        for (var i = 0; i < workflow.Steps.Count; i++)
        {
            var step = workflow.Steps[i];
            var (open, close) = step.Approval is null ? ("[", "]") : ("{{", "}}");
            _ = text.Append($"  s{i + 1}{open}\"{i + 1} {step.Id}\"{close}\n");
        }

        Edges(workflow, (from, to) => text.Append($"  s{from + 1} --> s{to + 1}\n"));
        return text.ToString();
    }

    private static string Dot(WorkflowDefinition workflow)
    {
        var text = new StringBuilder($"digraph \"{workflow.Name}\" {{\n  node [shape=box];\n");
        for (var i = 0; i < workflow.Steps.Count; i++)
        {
            var step = workflow.Steps[i];
            _ = text.Append($"  s{i + 1} [label=\"{i + 1} {step.Id}\"{(step.Approval is null ? "" : ", shape=hexagon")}];\n");
        }

        Edges(workflow, (from, to) => text.Append($"  s{from + 1} -> s{to + 1};\n"));
        return text.Append("}\n").ToString();
    }

    private static void Edges(WorkflowDefinition workflow, Action<int, int> draw)
    {
        for (var i = 0; i < workflow.Graph.Count; i++)
        {
            foreach (var need in workflow.Graph.Needs(i))
            {
                draw(need, i);
            }
        }
    }

    private static List<List<int>> Layers(WorkflowDefinition workflow)
    {
        var graph = workflow.Graph;
        var (open, layer) = (new int[graph.Count], new int[graph.Count]);
        var ready = new Queue<int>();
        for (var i = 0; i < graph.Count; i++)
        {
            open[i] = graph.Needs(i).Length;
            if (open[i] == 0)
            {
                ready.Enqueue(i);
            }
        }

        var layers = new List<List<int>>();
        while (ready.TryDequeue(out var step))
        {
            while (layers.Count <= layer[step])
            {
                layers.Add([]);
            }

            layers[layer[step]].Add(step);
            foreach (var dependent in graph.Dependents(step))
            {
                layer[dependent] = Math.Max(layer[dependent], layer[step] + 1);
                if (--open[dependent] == 0)
                {
                    ready.Enqueue(dependent);
                }
            }
        }

        layers.ForEach(found => found.Sort());
        return layers;
    }

    private static string Does(StepDefinition step)
    {
        var does = step.IsAgent ? step.Agent ?? "agent" : step.IsGateOnly ? "approval" : "run";
        does += step.Review is { } review ? $", reviewed by {review.Agent}" : "";
        return does + (step is { Approval: not null, IsGateOnly: false } ? ", after approval" : "");
    }

    private static string Count(int n, string noun) => n == 1 ? $"1 {noun}" : $"{n} {noun}s";
}
