/** `<orrery-mechanism>`: lets a person order the table that it holds by a column. */
class OrreryMechanism extends HTMLElement {
  connectedCallback() {
    const table = this.querySelector('table');
    if (!table || table.querySelector('thead button')) return;
    table.querySelectorAll('thead th').forEach((head, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      button.addEventListener('click', () => this.order(table, column));
      head.replaceChildren(button);
    });
  }

  /**
   * @param {HTMLTableElement} table
   * @param {number} column
   */
  order(table, column) {
    const heads = [...table.querySelectorAll('thead th')];
    const down = heads[column].getAttribute('aria-sort') === 'ascending';
    heads.forEach(head => head.removeAttribute('aria-sort'));
    heads[column].setAttribute('aria-sort', down ? 'descending' : 'ascending');
    /** @param {HTMLTableRowElement} row */
    const key = row => {
      const cell = row.cells[column];
      return cell.dataset.number === undefined ? cell.textContent ?? '' : Number(cell.dataset.number);
    };
    const rows = [...table.tBodies[0].rows].sort((one, other) => {
      const [a, b] = [key(one), key(other)];
      const up =
        typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
      return down ? -up : up;
    });
    table.tBodies[0].append(...rows);
  }
}

customElements.define('orrery-mechanism', OrreryMechanism);
