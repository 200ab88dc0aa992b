// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <string>
#include <vector>

namespace Tidegate {

//! Patterns of subjects, each kept once, by their tokens: "*" stands for one token, ">" last for one or more. A pattern
//! has a small number, its slot, by which users keep what belongs to it in vectors of their own. What a match costs
//! depends on the tokens of the subject and on how many patterns match, not on how many are kept. All literal edges
//! stand in one flat table, so a level of a pattern costs one node and no allocation for tokens up to 15 bytes.
//! One owner thread. Bound: the callers' limits on subscriptions.
class SubjectTrie
{
public:
    using Slot = quint32;
    static constexpr Slot None = ~Slot(0);

    SubjectTrie();

    //! Finds or makes the pattern and counts one more user. Slots are small: those of removed patterns are used again.
    Slot acquire(QByteArrayView pattern);
    //! One user less; true when that was the last one and the slot is free.
    bool release(Slot slot);
    Slot find(QByteArrayView pattern) const;
    QByteArray pattern(Slot slot) const;
    quint32 users(Slot slot) const { return m_slots[slot].users; }

    //! Calls \p visit(Slot) once for each pattern that matches; it must not change the trie. How many nodes were looked
    //! at: at most two to the power of the subject's levels, however many patterns there are.
    template <typename Visit>
    quint32 match(QByteArrayView subject, Visit &&visit) const
    {
        return walk(Root, subject, visit);
    }

    qsizetype patternCount() const { return qsizetype(m_slots.size() - m_freeSlots.size()); }
    //! What it holds, capacity included; for figures.
    qsizetype memoryBytes() const;

private:
    using NodeIndex = quint32;
    static constexpr NodeIndex Root = 0;

    struct Node
    {
        std::string token;
        NodeIndex parent = None;
        quint32 hash = 0;
        quint32 children = 0; //!< literal ones
        NodeIndex star = None;
        Slot slot = None; //!< of the pattern that ends here
        Slot rest = None; //!< of the pattern that ends in ">" after this
    };
    struct SlotUse
    {
        NodeIndex node = None;
        quint32 users = 0;
        bool isRest = false;
    };

    template <typename Visit>
    quint32 walk(NodeIndex at, QByteArrayView rest, Visit &visit) const
    {
        const Node &node = m_nodes[at];
        quint32 looked = 1;
        if (node.rest != None)
            visit(node.rest);
        const qsizetype dot = rest.indexOf('.');
        const QByteArrayView token = dot < 0 ? rest : rest.first(dot);
        for (const NodeIndex next : {node.children ? child(at, token) : None, node.star}) {
            if (next == None)
                continue;
            if (dot >= 0) {
                looked += walk(next, rest.sliced(dot + 1), visit);
                continue;
            }
            ++looked;
            if (m_nodes[next].slot != None)
                visit(m_nodes[next].slot);
        }
        return looked;
    }

    quint32 hashOf(NodeIndex parent, QByteArrayView token) const;
    NodeIndex child(NodeIndex parent, QByteArrayView token) const;
    NodeIndex makeChild(NodeIndex parent, QByteArrayView token);
    NodeIndex makeNode(NodeIndex parent, QByteArrayView token);
    void prune(NodeIndex at);
    void enter(NodeIndex node);
    void leave(NodeIndex node);
    void growTable();
    Slot makeSlot(NodeIndex node, bool isRest);

    std::vector<Node> m_nodes;
    std::vector<NodeIndex> m_freeNodes;
    std::vector<NodeIndex> m_table; //!< literal edges by hash; open addressing, at most half full
    size_t m_edges = 0;
    std::vector<SlotUse> m_slots;
    std::vector<Slot> m_freeSlots;
    const size_t m_seed; //!< so that nobody can choose tokens that collide
};

} // namespace Tidegate
