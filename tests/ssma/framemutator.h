// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QRandomGenerator>

#include <utility>
#include <vector>

namespace Tidegate::Ssma {

//! A JSON value as text pieces, so that it can hold what no document model can: equal keys, numbers beyond double.
struct TextTree
{
    enum class Kind { Scalar, Array, Object };

    Kind kind = Kind::Scalar;
    QByteArray scalar;
    std::vector<std::pair<QByteArray, TextTree>> children; //!< keys are quoted; unused in arrays

    QByteArray toJson() const;
};

//! Makes nearly valid client frames: a valid one of any type with up to four members dropped, doubled, renamed,
//! retyped or resized. The same seed makes the same frames.
class FrameMutator
{
public:
    explicit FrameMutator(quint32 seed)
        : m_random(seed)
    {
    }

    QByteArray next();

private:
    TextTree validFrame();
    TextTree validIntent();
    void mutate(TextTree &root);
    void mutateChild(TextTree &parent);
    TextTree randomValue();
    QByteArray randomText();
    QByteArray randomNumber();
    TextTree object(std::vector<std::pair<QByteArray, TextTree>> members) const;
    TextTree array(std::vector<TextTree> elements) const;
    template <typename List>
    auto pick(const List &list)
    {
        return *(std::begin(list) + m_random.bounded(int(std::size(list))));
    }

    QRandomGenerator m_random;
};

} // namespace Tidegate::Ssma
