// SPDX-License-Identifier: MIT
#include "ssma/framemutator.h"

namespace Tidegate::Ssma {

namespace {

TextTree scalar(const QByteArray &text)
{
    return {TextTree::Kind::Scalar, text, {}};
}

void collectContainers(TextTree &tree, std::vector<TextTree *> &containers)
{
    if (tree.kind == TextTree::Kind::Scalar)
        return;
    containers.push_back(&tree);
    for (auto &child : tree.children)
        collectContainers(child.second, containers);
}

} // namespace

QByteArray TextTree::toJson() const
{
    if (kind == Kind::Scalar)
        return scalar;
    const bool isObject = kind == Kind::Object;
    QByteArray out = isObject ? "{" : "[";
    for (size_t i = 0; i < children.size(); ++i) {
        if (i)
            out += ',';
        if (isObject)
            out += children[i].first + ':';
        out += children[i].second.toJson();
    }
    return out + (isObject ? '}' : ']');
}

TextTree FrameMutator::object(std::vector<std::pair<QByteArray, TextTree>> members) const
{
    return {TextTree::Kind::Object, {}, std::move(members)};
}

TextTree FrameMutator::array(std::vector<TextTree> elements) const
{
    TextTree tree{TextTree::Kind::Array, {}, {}};
    for (TextTree &element : elements)
        tree.children.emplace_back(QByteArray(), std::move(element));
    return tree;
}

QByteArray FrameMutator::next()
{
    TextTree frame = validFrame();
    for (int i = m_random.bounded(5); i > 0; --i)
        mutate(frame);
    return frame.toJson();
}

TextTree FrameMutator::validIntent()
{
    return object({{"\"id\"", scalar("\"i-000001\"")},
                   {"\"intent\"", scalar("\"TODO\"")},
                   {"\"payload\"", object({{"\"a\"", scalar("1")}})},
                   {"\"meta\"", object({{"\"clock\"", scalar("1")},
                                        {"\"reasons\"", array({scalar("\"r\""), scalar("\"s\"")})},
                                        {"\"clientId\"", scalar("\"c\"")},
                                        {"\"site\"", scalar("\"s\"")},
                                        {"\"channels\"", array({scalar("\"global\"")})}})}});
}

TextTree FrameMutator::validFrame()
{
    const TextTree params = object({{"\"p\"", scalar("1")}});
    switch (m_random.bounded(8)) {
    case 0:
        return object({{"\"type\"", scalar("\"ping\"")}});
    case 1:
        return object({{"\"type\"", scalar("\"channel.subscribe\"")},
                       {"\"channel\"", scalar("\"c\"")},
                       {"\"params\"", params},
                       {"\"filter\"", scalar("null")}});
    case 2:
        return object({{"\"channel\"", scalar("\"c\"")}, {"\"type\"", scalar("\"channel.unsubscribe\"")}});
    case 3:
        return object({{"\"type\"", scalar("\"channel.resync\"")},
                       {"\"channel\"", scalar("\"c\"")},
                       {"\"params\"", params},
                       {"\"cursor\"", scalar("3")},
                       {"\"limit\"", scalar("20")}});
    case 4:
        return object({{"\"type\"", scalar("\"channel.command\"")},
                       {"\"channel\"", scalar("\"c\"")},
                       {"\"command\"", scalar("\"filter\"")},
                       {"\"args\"", params}});
    default:
        return object({{"\"intents\"", array(std::vector<TextTree>(size_t(m_random.bounded(1, 4)), validIntent()))},
                       {"\"type\"", scalar("\"intent.batch\"")}});
    }
}

void FrameMutator::mutate(TextTree &root)
{
    std::vector<TextTree *> containers;
    collectContainers(root, containers);
    TextTree &parent = *pick(containers);
    static const QByteArrayList Keys = {"\"id\"",     "\"meta\"",  "\"payload\"", "\"clock\"",  "\"channel\"",
                                        "\"params\"", "\"extra\"", "\"type\"",    "\"filter\"", "\"\\u0069d\""};
    if (parent.children.empty() || m_random.bounded(6) == 0)
        parent.children.emplace_back(pick(Keys), randomValue());
    else
        mutateChild(parent);
}

void FrameMutator::mutateChild(TextTree &parent)
{
    const size_t index = size_t(m_random.bounded(int(parent.children.size())));
    auto &child = parent.children[index];
    switch (m_random.bounded(6)) {
    case 0:
        parent.children.erase(parent.children.begin() + qsizetype(index));
        return;
    case 1:
        parent.children.emplace_back(child.first, randomValue());
        return;
    case 2: {
        const auto copy = child;
        static constexpr int Counts[] = {1, 1, 1, 1, 2, 2, 14, 15, 16, 49};
        for (int i = pick(Counts); i > 0; --i)
            parent.children.push_back(copy);
        return;
    }
    case 3:
        child.first = "\"other\"";
        return;
    default:
        child.second = randomValue();
    }
}

TextTree FrameMutator::randomValue()
{
    switch (m_random.bounded(8)) {
    case 0:
        return object({});
    case 1:
        return object({{"\"a\"", randomValue()}, {"\"a\"", randomValue()}});
    case 2:
        return array(std::vector<TextTree>(size_t(m_random.bounded(20)), scalar(randomText())));
    case 3:
        return scalar(pick(QByteArrayList{"null", "true", "false"}));
    case 4:
    case 5:
        return scalar(randomNumber());
    default:
        return scalar(randomText());
    }
}

QByteArray FrameMutator::randomText()
{
    static constexpr int Lengths[] = {0, 1, 7, 8, 63, 64, 65, 95, 96, 97, 127, 128, 129};
    static const QByteArrayList Characters = {
        "a",       "\\u0000", "\xc3\xa4",       "\xe2\x82\xac", "\xf0\x9f\x98\x80",
        "\\ud83d", "\\u00e4", "\\ud83d\\ude00", "\\n",          "\\\""};
    static const QByteArrayList Types = {"ping", "intent.batch", "channel.subscribe", "p\\u0069ng", "channel.resync"};
    if (m_random.bounded(8) == 0)
        return '"' + pick(Types) + '"';
    return '"' + pick(Characters).repeated(pick(Lengths)) + '"';
}

QByteArray FrameMutator::randomNumber()
{
    static const QByteArrayList Numbers = {"0",
                                           "-0",
                                           "-0.0",
                                           "1",
                                           "-1",
                                           "0.5",
                                           "999.5",
                                           "1000",
                                           "1001",
                                           "1000.5",
                                           "1e3",
                                           "1E4",
                                           "-1e-400",
                                           "1e-400",
                                           "1e400",
                                           "-1e400",
                                           "1.0",
                                           "18446744073709551616",
                                           "123456789012345678901234567890",
                                           "5e-324",
                                           "-5e-324",
                                           "1.7976931348623159e308"};
    return pick(Numbers);
}

} // namespace Tidegate::Ssma
