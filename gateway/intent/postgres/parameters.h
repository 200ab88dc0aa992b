// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>

#include <array>
#include <deque>
#include <vector>

namespace Tidegate {

//! Parameters of one statement in PostgreSQL's binary form, in order from $1. Bytes that were added by view must stay
//! until the statement was sent.
class PgParameters
{
public:
    void addInteger(qint64 number);
    void addBytes(QByteArrayView bytes);
    void addNullBytes();
    void addBytesList(const QByteArrayList &list);
    void addNullBytesList();
    void addIntegerList(const std::vector<quint64> &numbers);
    void clear();

    int count() const { return int(m_values.size()); }

    //! As the library takes them. Valid until the next change.
    struct Arrays
    {
        std::vector<unsigned> types;
        std::vector<const char *> values;
        std::vector<int> lengths;
        std::vector<int> formats;
    };
    const Arrays &arrays() const;

private:
    struct Value
    {
        unsigned type = 0;
        bool isNumber = false;
        std::array<char, 8> number{};
        const char *data = nullptr; //!< null with !isNumber = NULL
        int length = 0;
    };
    void addNull(unsigned type);
    void addList(unsigned arrayType, unsigned elementType, const std::vector<QByteArrayView> &elements);

    std::vector<Value> m_values;
    std::deque<QByteArray> m_lists;
    mutable Arrays m_arrays;
};

} // namespace Tidegate
