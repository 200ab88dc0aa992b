// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! Names and values of one row, one below the other. facts: as RowDetail gives them.
Column {
    id: list

    property var facts: []
    property int nameWidth: 112

    spacing: 0

    Repeater {
        model: list.facts

        Item {
            id: fact

            required property var modelData
            readonly property bool isBlock: modelData.type === "json" && modelData.text.length > 28

            width: list.width
            height: isBlock ? name.height + block.implicitHeight + 10 : Math.max(26, value.implicitHeight + 8)

            Caption {
                id: name

                y: 6
                width: list.nameWidth
                height: implicitHeight + (fact.isBlock ? 4 : 0)
                text: fact.modelData.title
                verticalAlignment: Text.AlignTop

                HoverHandler { id: nameHover }

                Tip {
                    text: fact.modelData.doc || ""
                    visible: nameHover.hovered && text.length > 0
                }
            }

            Rectangle {
                id: dot

                x: list.nameWidth
                y: 9
                width: 7
                height: 7
                radius: 3.5
                color: Theme.tone(fact.modelData.tone || "")
                visible: (fact.modelData.tone || "").length > 0
            }

            TextEdit {
                id: value

                x: list.nameWidth + (dot.visible ? 14 : 0)
                y: 4
                width: parent.width - x
                text: fact.modelData.text
                textFormat: TextEdit.PlainText
                readOnly: true
                selectByMouse: true
                wrapMode: TextEdit.Wrap
                visible: !fact.isBlock
                color: fact.modelData.tone === "bad" || fact.modelData.tone === "warning" ? Theme.tone(fact.modelData.tone) : Theme.text
                selectionColor: Theme.accentFill
                selectedTextColor: Theme.accentInk
                font.family: Theme.numberFamily
                font.pixelSize: Theme.smallSize
                Accessible.name: fact.modelData.title

                HoverHandler { id: valueHover }

                Tip {
                    text: fact.modelData.hint || ""
                    visible: valueHover.hovered && text.length > 0
                }
            }

            Loader {
                id: block

                y: name.height + 4
                width: parent.width
                active: fact.isBlock

                sourceComponent: JsonBlock { text: fact.modelData.text }
            }
        }
    }
}
