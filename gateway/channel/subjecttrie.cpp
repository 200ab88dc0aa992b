// SPDX-License-Identifier: MIT
#include "channel/subjecttrie.h"

#include <QHash>

namespace Tidegate {

namespace {

constexpr QByteArrayView One = "*";
constexpr QByteArrayView Rest = ">";
constexpr size_t FirstTableSize = 64; // a power of two, like every later one

QByteArrayView viewOf(const std::string &text)
{
    return {text.data(), qsizetype(text.size())};
}

} // namespace

SubjectTrie::SubjectTrie()
    : m_table(FirstTableSize, None)
    , m_seed(QHashSeed::globalSeed())
{
    m_nodes.emplace_back();
}

SubjectTrie::Slot SubjectTrie::acquire(QByteArrayView pattern)
{
    NodeIndex at = Root;
    for (QByteArrayView rest = pattern;;) {
        const qsizetype dot = rest.indexOf('.');
        const QByteArrayView token = dot < 0 ? rest : rest.first(dot);
        if (dot < 0 && token == Rest) {
            if (m_nodes[at].rest == None) {
                const Slot made = makeSlot(at, true);
                m_nodes[at].rest = made;
            }
            ++m_slots[m_nodes[at].rest].users;
            return m_nodes[at].rest;
        }
        at = makeChild(at, token);
        if (dot < 0)
            break;
        rest = rest.sliced(dot + 1);
    }
    if (m_nodes[at].slot == None) {
        const Slot made = makeSlot(at, false);
        m_nodes[at].slot = made;
    }
    ++m_slots[m_nodes[at].slot].users;
    return m_nodes[at].slot;
}

bool SubjectTrie::release(Slot slot)
{
    SlotUse &use = m_slots[slot];
    if (--use.users > 0)
        return false;
    Node &node = m_nodes[use.node];
    (use.isRest ? node.rest : node.slot) = None;
    const NodeIndex at = use.node;
    use = {};
    m_freeSlots.push_back(slot);
    prune(at);
    return true;
}

SubjectTrie::Slot SubjectTrie::find(QByteArrayView pattern) const
{
    NodeIndex at = Root;
    for (QByteArrayView rest = pattern;;) {
        const qsizetype dot = rest.indexOf('.');
        const QByteArrayView token = dot < 0 ? rest : rest.first(dot);
        if (dot < 0 && token == Rest)
            return m_nodes[at].rest;
        at = token == One ? m_nodes[at].star : child(at, token);
        if (at == None)
            return None;
        if (dot < 0)
            return m_nodes[at].slot;
        rest = rest.sliced(dot + 1);
    }
}

QByteArray SubjectTrie::pattern(Slot slot) const
{
    const SlotUse &use = m_slots[slot];
    QByteArrayList tokens;
    if (use.isRest)
        tokens.prepend(Rest.toByteArray());
    for (NodeIndex at = use.node; at != Root; at = m_nodes[at].parent)
        tokens.prepend(viewOf(m_nodes[at].token).toByteArray());
    return tokens.join('.');
}

qsizetype SubjectTrie::memoryBytes() const
{
    qsizetype bytes = qsizetype(sizeof(*this) + m_nodes.capacity() * sizeof(Node) +
                                m_table.capacity() * sizeof(NodeIndex) + m_slots.capacity() * sizeof(SlotUse) +
                                m_freeNodes.capacity() * sizeof(NodeIndex) + m_freeSlots.capacity() * sizeof(Slot));
    const size_t inlineCapacity = std::string().capacity();
    for (const Node &node : m_nodes) {
        if (node.token.capacity() > inlineCapacity)
            bytes += qsizetype(node.token.capacity()) + 1;
    }
    return bytes;
}

quint32 SubjectTrie::hashOf(NodeIndex parent, QByteArrayView token) const
{
    constexpr size_t Spread = 0x9e3779b97f4a7c15;
    const size_t hash = qHashBits(token.data(), size_t(token.size()), m_seed ^ (size_t(parent) * Spread));
    return quint32(hash ^ (hash >> 32));
}

SubjectTrie::NodeIndex SubjectTrie::child(NodeIndex parent, QByteArrayView token) const
{
    const size_t mask = m_table.size() - 1;
    const quint32 hash = hashOf(parent, token);
    for (size_t place = hash & mask; m_table[place] != None; place = (place + 1) & mask) {
        const Node &node = m_nodes[m_table[place]];
        if (node.hash == hash && node.parent == parent && viewOf(node.token) == token)
            return m_table[place];
    }
    return None;
}

SubjectTrie::NodeIndex SubjectTrie::makeChild(NodeIndex parent, QByteArrayView token)
{
    if (token == One) {
        if (m_nodes[parent].star == None) {
            const NodeIndex made = makeNode(parent, token);
            m_nodes[parent].star = made;
        }
        return m_nodes[parent].star;
    }
    if (const NodeIndex known = child(parent, token); known != None)
        return known;
    const NodeIndex made = makeNode(parent, token);
    m_nodes[made].hash = hashOf(parent, token);
    ++m_nodes[parent].children;
    if (2 * (m_edges + 1) > m_table.size())
        growTable();
    enter(made);
    ++m_edges;
    return made;
}

SubjectTrie::NodeIndex SubjectTrie::makeNode(NodeIndex parent, QByteArrayView token)
{
    NodeIndex index = 0;
    if (m_freeNodes.empty()) {
        index = NodeIndex(m_nodes.size());
        m_nodes.emplace_back();
    } else {
        index = m_freeNodes.back();
        m_freeNodes.pop_back();
    }
    Node &node = m_nodes[index];
    node.token.assign(token.data(), size_t(token.size()));
    node.parent = parent;
    return index;
}

//! Frees nodes that nothing ends at or goes through, from the leaf up.
void SubjectTrie::prune(NodeIndex at)
{
    while (at != Root) {
        Node &node = m_nodes[at];
        if (node.children > 0 || node.star != None || node.slot != None || node.rest != None)
            return;
        const NodeIndex parent = node.parent;
        if (m_nodes[parent].star == at) {
            m_nodes[parent].star = None;
        } else {
            leave(at);
            --m_edges;
            --m_nodes[parent].children;
        }
        node = {};
        m_freeNodes.push_back(at);
        at = parent;
    }
}

void SubjectTrie::enter(NodeIndex node)
{
    const size_t mask = m_table.size() - 1;
    size_t place = m_nodes[node].hash & mask;
    while (m_table[place] != None)
        place = (place + 1) & mask;
    m_table[place] = node;
}

void SubjectTrie::leave(NodeIndex node)
{
    const size_t mask = m_table.size() - 1;
    size_t gap = m_nodes[node].hash & mask;
    while (m_table[gap] != node)
        gap = (gap + 1) & mask;
    // What was pushed past the gap moves back into it, so that no search ends there too early.
    for (size_t next = (gap + 1) & mask; m_table[next] != None; next = (next + 1) & mask) {
        const size_t home = m_nodes[m_table[next]].hash & mask;
        if (((next - home) & mask) >= ((next - gap) & mask)) {
            m_table[gap] = m_table[next];
            gap = next;
        }
    }
    m_table[gap] = None;
}

void SubjectTrie::growTable()
{
    const std::vector<NodeIndex> former = std::exchange(m_table, std::vector<NodeIndex>(m_table.size() * 2, None));
    for (const NodeIndex node : former) {
        if (node != None)
            enter(node);
    }
}

SubjectTrie::Slot SubjectTrie::makeSlot(NodeIndex node, bool isRest)
{
    Slot slot = 0;
    if (m_freeSlots.empty()) {
        slot = Slot(m_slots.size());
        m_slots.emplace_back();
    } else {
        slot = m_freeSlots.back();
        m_freeSlots.pop_back();
    }
    m_slots[slot] = {node, 0, isRest};
    return slot;
}

} // namespace Tidegate
