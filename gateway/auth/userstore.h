// SPDX-License-Identifier: MIT
#pragma once

#include "auth/user.h"
#include "wire/result.h"

#include <optional>
#include <vector>

namespace Tidegate {

class AuthDatabase;

struct StoredUser
{
    User user;
    QByteArray passwordHash; //!< argon2id, encoded
};

//! Rows of the users table. On the database's thread.
class UserStore
{
public:
    static constexpr int MaxListedUsers = 10'000;

    explicit UserStore(AuthDatabase &database)
        : m_database(database)
    {
    }

    //! Error{Conflict} if the mail is taken.
    Result<void> insert(const StoredUser &stored);
    //! Everything but id, mail and password.
    Result<void> update(const User &user);
    Result<std::optional<StoredUser>> findByEmail(const QString &normalisedEmail);
    Result<std::optional<StoredUser>> findById(const QByteArray &id);
    //! By mail, the first MaxListedUsers.
    Result<std::vector<User>> list();
    Result<bool> isEmpty();

private:
    Result<std::optional<StoredUser>> findBy(const QString &column, const QString &value);

    AuthDatabase &m_database;
};

} // namespace Tidegate
